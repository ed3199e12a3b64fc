// The browser's storage, or, where that is switched off, one that lasts as long as the page.

/** `localStorage` or `sessionStorage`, by its name. */
export function storage(name) {
  try {
    const found = window[name];
    found.setItem("apparel.probe", "1");
    found.removeItem("apparel.probe");
    return found;
  } catch {
    return Object.create(inMemory);
  }
}

const inMemory = {
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  },
  setItem(key, value) {
    this[key] = value;
  },
  removeItem(key) {
    delete this[key];
  },
};
