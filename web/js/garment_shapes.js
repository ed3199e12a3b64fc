// Silhouettes on a canvas of 100 by 120, drawn for this page. `body` takes the product's colour, `trim` its
// second colour or a deeper tone, `plain` stays light (a sole, a shirt under a blazer), `lines` are seams.

const SHIRT_BODY =
  "M38 14 20 21 7 88l14 4 7-38v52h44V54l7 38 14-4L80 21 62 14 50 22Z";
const SWEATER_BODY =
  "M36 18 19 26 8 92l14 3 6-37v48h44V58l6 37 14-3L81 26 64 18c-5 8-23 8-28 0Z";
const SOLE = "M8 82h86c1 6-2 10-6 10H14c-4 0-6-4-6-10Z";

export const SHAPES = {
  tshirt: {
    body: "M36 18 19 25 7 46l15 8 6-8v60h44V46l6 8 15-8L81 25 64 18c-4 9-24 9-28 0Z",
    lines: "M33 19c5 13 29 13 34 0M28 99h44",
  },
  shirt: {
    body: SHIRT_BODY,
    lines: "M50 28v78M38 14l-3 11 9 7 6-4 6 4 9-7-3-11M57 50h10v10l-5 3-5-3ZM10 80l12 4M90 80l-12 4",
  },
  top: {
    body: "M37 16h-5c1 16-5 24-9 30l-4 55c20 7 42 7 62 0l-4-55c-4-6-10-14-9-30h-5c-2 18-24 18-26 0Z",
    lines: "M24 46c16 7 36 7 52 0",
  },
  sweatshirt: {
    body: SWEATER_BODY,
    trim: "M34 20c-1-16 33-16 32 0-4 12-28 12-32 0Z",
    lines: "M36 90l4-22h20l4 22ZM28 99h44M45 30v13M55 30v13",
  },
  sweater: {
    body: SWEATER_BODY,
    lines: "M33 19c5 14 29 14 34 0M28 98h44M10 84l14 3M90 84l-14 3M34 100v6M40 100v6M46 100v6M54 100v6M60 100v6M66 100v6",
  },
  jacket: {
    body: SHIRT_BODY,
    trim: "M38 14 31 27l19 7 19-7-7-13-12 8Z",
    lines: "M50 34v72M34 80l9-7M66 80l-9-7M28 98h44M10 80l12 4M90 80l-12 4",
  },
  blazer: {
    body: "M39 14 20 21 8 94l14 3 6-39-2 50h22l2-8 2 8h22l-2-50 6 39 14-3L80 21 61 14Z",
    plain: "M40 14h20L50 60Z",
    lines: "M39 14l-6 18 6 3-4 5 15 24 15-24-4-5 6-3-6-18M50 64v36M31 82h11M58 82h11M57 52h9",
  },
  waistcoat: {
    body: "M40 14 31 17c2 16-2 24-7 30l2 56 14 7 10-8 10 8 14-7 2-56c-5-6-9-14-7-30l-9-3-10 34Z",
    lines: "M50 48v54M32 82h10M58 82h10M50 60h.1M50 72h.1M50 84h.1",
  },
  nehru_jacket: {
    body: "M40 14 30 18c2 16-2 24-7 30l2 58h50l2-58c-5-6-9-14-7-30l-10-4c-4 4-16 4-20 0Z",
    trim: "M40 14c4 4 16 4 20 0v7c-5 3-15 3-20 0Z",
    lines: "M50 23v83M32 82h11M57 82h11M57 48h10M50 36h.1M50 50h.1M50 64h.1M50 78h.1",
  },
  sherwani: {
    body: "M40 10 24 16 12 80l13 3 6-35-6 68h50l-6-68 6 35 13-3-12-64-16-6c-4 4-16 4-20 0Z",
    trim: "M40 10c4 4 16 4 20 0v7l-6 3v42h-8V20l-6-3Z",
    lines: "M50 62v54M50 28h.1M50 38h.1M50 48h.1M50 58h.1",
  },
  kurta: {
    body: "M38 10 23 16 11 66l13 4 7-26-6 72h50l-6-72 7 26 13-4L77 16 62 10c-4 8-20 8-24 0Z",
    trim: "M25.6 108h48.8l.6 8H25ZM13 58l13 4-2 8-13-4ZM87 58l-13 4 2 8 13-4Z",
    lines: "M36 11c4 13 24 13 28 0M50 21v27M46 48h8M29 86v22M71 86v22",
  },
  saree: {
    trim: "M38 12 28 16l-7 22 11 4 3-8v18h30V34l3 8 11-4-7-22-10-4c-4 10-20 10-24 0Z",
    body: "M35 52h30l4-40h9c2 34 4 62 12 92l-11 5 3 7H22Z",
    lines: "M65 52C68 76 72 94 79 109M44 60l-5 56M51 60l-1 56M58 62l3 54M35 52c12 6 26 0 34-28",
  },
  lehenga: {
    body: "M35 48h30c5 24 15 48 26 62-26 8-56 8-82 0 11-14 21-38 26-62Z",
    trim: "M38 10 28 14l-7 20 10 4 3-6v10h32V32l3 6 10-4-7-20-10-4c-4 10-20 10-24 0ZM13.5 103c24 7 49 7 73 0l4.500 7c-26 8-56 8-82 0Z",
    lines: "M42 48c-3 26-8 46-15 64M50 48v68M58 48c3 26 8 46 15 64",
  },
  dress: {
    body: "M38 10h-5c1 14-3 20-5 26l7 19c-4 22-11 40-18 54 22 8 44 8 66 0-7-14-14-32-18-54l7-19c-2-6-6-12-5-26h-5c-2 16-22 16-24 0Z",
    lines: "M35 55h30M43 55c-2 22-6 42-10 58M57 55c2 22 6 42 10 58",
  },
  jumpsuit: {
    body: "M38 10h-5c1 14-3 20-5 26l7 20-8 58h18l5-44 5 44h18l-8-58 7-20c-2-6-6-12-5-26h-5c-2 16-22 16-24 0Z",
    lines: "M35 56h30M50 56v14",
  },
  trousers: {
    body: "M32 10h36l8 104H57l-7-70-7 70H24Z",
    lines: "M31.500 19h37M50 19v25M40 19l-7 12M60 19l7 12",
  },
  jeans: {
    body: "M32 10h36l8 104H57l-7-68-7 68H24Z",
    lines: "M31.500 18h37M50 18v28M34 18c0 8 4 12 12 12M66 18c0 8-4 12-12 12M25 108h18M57 108h18",
  },
  trackpants: {
    body: "M32 10h36l7 96-2 8H58l-1-8-7-60-7 60-1 8H27l-2-8Z",
    trim: "M32 10h4l-7 96h-4ZM68 10h-4l7 96h4Z",
    lines: "M31.500 19h37M25 106h18M57 106h18M47 19v9M53 19v9",
  },
  shorts: {
    body: "M28 28h44l9 60H55l-5-28-5 28H19Z",
    lines: "M27 37h46M50 37v23M36 37l-7 12M64 37l7 12",
  },
  wide_trousers: {
    body: "M34 10h32l21 102H54l-4-64-4 64H13Z",
    lines: "M33 18h34M42 18l-12 94M58 18l12 94",
  },
  leggings: {
    body: "M35 10h30c2 34 1 70-1 104H54l-4-70-4 70H36C34 80 33 44 35 10Z",
    lines: "M35 19h30",
  },
  skirt: {
    body: "M34 24h32c4 28 11 54 18 74-22 8-46 8-68 0 7-20 14-46 18-74Z",
    lines: "M33 32h34M42 32c-2 26-6 50-11 70M58 32c2 26 6 50 11 70",
  },
  scarf: {
    body: "M30 14c13-6 27-6 40 0l7 92H59l-3-70c-3-4-9-4-12 0l-3 70H23Z",
    trim: "M24 94h18l-.5 8H23.300ZM58.500 94h18l.5 8H59Z",
    lines: "M26 106v7M31 106v7M36 106v7M62 106v7M67 106v7M72 106v7M44 36c0-8-4-14-8-17M56 36c0-8 4-14 8-17",
  },
  vest: {
    body: "M37 14h-6c1 22-2 30-5 36v56h48V50c-3-6-6-14-5-36h-6c-1 26-25 26-26 0Z",
    lines: "M26 99h48",
  },
  socks: {
    body: "M38 12h24v50c0 6 6 12 15 19 11 9 7 25-8 25-16 0-31-14-31-32Z",
    trim: "M38 12h24v12H38ZM70 76l7 5c11 9 7 25-8 25-2 0-4 0-6-.600Z",
    lines: "M38 70c8 0 14 6 15 14",
  },
  sneakers: {
    body: "M10 50c7 6 18 4 24-8l8-2c8 14 20 24 38 26 10 1 14 8 14 16H10c-3-11-3-22 0-32Z",
    plain: SOLE,
    trim: "M10 50c4 3 9 4 14 2 0 10-2 20-6 30h-8c-3-11-3-22 0-32Z",
    lines: "M44 53l8-7M51 60l8-7M59 65l7-6M70 66c4 4 12 6 22 6",
  },
  formal_shoes: {
    body: "M12 50c10 4 18 2 24-4l6 2c8 12 22 18 36 20 12 2 16 8 16 14H10c0-12 0-22 2-32Z",
    trim: "M8 82h86c0 5-2 7-6 7H44l-2 6H8Z",
    lines: "M36 46c0 12 4 22 10 36M70 67c-4 4-5 10-4 15M48 58l7-4M54 63l6-4",
  },
  boots: {
    body: "M32 16h32v46c8 8 28 8 30 24H32Z",
    trim: "M30 86h65v8H58l-4-3h-4v7H30Z",
    lines: "M32 26h32M52 40h12M52 50h12M52 60h12",
  },
  heels: {
    body: "M9 36c8 4 16 10 22 20 10 16 30 26 60 30 2 5 0 8-5 8H64C46 94 32 82 23 66l-4 28h-4c0-20-3-40-6-58Z",
    lines: "M31 56c-4 0-8 4-8 10M66 80c-2 4-2 10-1 14",
  },
  flats: {
    body: "M10 56c8 9 20 14 34 12 16-3 30-2 40 4 7 4 10 8 10 14H10c-3-10-3-20 0-30Z",
    trim: "M8 84h86c0 4-2 6-5 6H12c-3 0-4-2-4-6Z",
    lines: "M44 68c14-1 26 2 32 10",
  },
  sandals: {
    trim: "M7 80h87c1 6-2 10-6 10H13c-4 0-6-4-6-10Z",
    body: "M16 80c-2-14 1-26 8-36l10 3c-5 10-6 22-4 33ZM52 80c2-14 11-22 24-22l14 22H76c-4-8-10-8-12 0Z",
    lines: "M20 58l10 2",
  },
  handbag: {
    body: "M24 46h52l10 60H14Z",
    trim: "M22 46h56l2 16c-18 8-42 8-60 0Z",
    lines: "M34 46c0-30 32-30 32 0M50 60v10",
  },
  backpack: {
    body: "M28 40c0-26 44-26 44 0l4 66H24Z",
    trim: "M33 72h34v26H33Z",
    lines: "M42 20c0-12 16-12 16 0M32 54h36M33 80h34",
  },
  luggage: {
    body: "M28 32h44c4 0 6 2 6 6v62c0 4-2 6-6 6H28c-4 0-6-2-6-6V38c0-4 2-6 6-6Z",
    lines: "M40 32V14h20v18M36 46v46M50 46v46M64 46v46M31 106v6M69 106v6",
  },
  wallet: {
    body: "M20 38h60c4 0 6 2 6 6v44c0 4-2 6-6 6H20c-4 0-6-2-6-6V44c0-4 2-6 6-6Z",
    trim: "M60 58h26v16H60c-9 0-9-16 0-16Z",
    lines: "M14 48h72M66 66h.1",
  },
  belt: {
    body: "M30 50h52l12 10-12 10H30Z",
    trim: "M6 52h24v16H6Z",
    lines: "M22 44h22v32H22ZM22 60h12M62 60h.1M72 60h.1M82 60h.1",
  },
  watch: {
    body: "M38 8h24l3 30H35ZM35 82h30l-3 30H38Z",
    trim: "M50 32a28 28 0 1 0 .1 0Z",
    plain: "M50 39a21 21 0 1 0 .1 0Z",
    lines: "M50 48v12l8 6M78 60h5",
  },
  sunglasses: {
    body: "M10 48h34c3 20-3 32-17 32S7 68 10 48ZM56 48h34c3 20-3 32-17 32S53 68 56 48Z",
    lines: "M44 54c4-4 8-4 12 0M10 52l-5-8M90 52l5-8M18 58l6-4M64 58l6-4",
  },
  cap: {
    body: "M16 70c0-28 18-42 36-42s32 14 32 42c-22-7-46-7-68 0Z",
    trim: "M16 70c24-8 48-8 68 0 10 4 15 10 13 18-22-12-52-16-81-18Z",
    lines: "M52 28c-10 10-14 24-14 37M52 28c8 10 12 24 12 38M52 24v4",
  },
  gloves: {
    body: "M36 110V78L21 58c-4-6 4-11 9-6l8 8V24c0-8 9-8 9 0l2 22 1-30c0-8 9-8 9 0v30l4-24c1-8 10-6 9 2l-4 28 5-14c3-6 11-3 9 4L68 80v30Z",
    trim: "M35 94h34v16H35Z",
    lines: "M42 94v16M49 94v16M56 94v16M63 94v16",
  },
  tie: {
    body: "M44 30h12l11 64-17 18-17-18Z",
    trim: "M41 10h18l4 12-7 8H44l-7-8Z",
    lines: "M44 30h12",
  },
  earrings: {
    body: "M30 42l13 26a15 15 0 1 1-26 0ZM70 42l13 26a15 15 0 1 1-26 0Z",
    trim: "M30 62a9 9 0 1 0 .1 0ZM70 62a9 9 0 1 0 .1 0Z",
    lines: "M30 42c-10-8-4-22 4-18M70 42c-10-8-4-22 4-18M18 92v6M30 94v8M42 92v6M58 92v6M70 94v8M82 92v6",
  },
  necklace: {
    body: "M50 74l13 16-13 20-13-20ZM22 48a5 5 0 1 0 .1 0ZM31 62a5 5 0 1 0 .1 0ZM78 48a5 5 0 1 0 .1 0ZM69 62a5 5 0 1 0 .1 0Z",
    trim: "M50 82l7 8-7 11-7-11Z",
    lines: "M16 14c2 40 18 56 34 60 16-4 32-20 34-60",
  },
  bangles: {
    body: "M42 24a36 36 0 1 0 .1 0Zm0 9a27 27 0 1 1-.1 0Z",
    trim: "M60 28a34 34 0 0 1-4 66c20-14 22-50 4-66Z",
    lines: "M42 28.500a31.500 31.500 0 1 0 .1 0Z",
  },
  ring: {
    body: "M50 46a31 31 0 1 0 .1 0Zm0 9a22 22 0 1 1-.1 0Z",
    trim: "M38 22h24l9 11-21 21-21-21Z",
    lines: "M29 33h42M43 33l7 21 7-21",
  },
  bottle: {
    body: "M34 46h32c6 0 10 4 10 10v48c0 4-3 7-7 7H31c-4 0-7-3-7-7V56c0-6 4-10 10-10Z",
    trim: "M41 22h18v24H41Z",
    lines: "M33 68h34v24H33ZM50 22v-8",
  },
  tag: {
    body: "M50 12l28 26v62c0 4-2 6-6 6H28c-4 0-6-2-6-6V38Z",
    plain: "M50 32a6 6 0 1 0 .1 0Z",
    lines: "M34 66h32M34 78h32M34 90h20M50 38c-6-18 6-28 18-32",
  },
};

// The taxonomy's categories, as `category` in a recommendation names them. What is not listed here, or is
// new, is drawn as a tag.
const SAME = {
  suit: "blazer", top: "top", jeggings: "leggings", culottes: "wide_trousers", palazzos: "wide_trousers",
  salwar: "wide_trousers", tracksuit: "jacket", capris: "shorts", dupatta: "scarf", clothing_set: "tshirt",
  innerwear: "vest", nightwear: "shirt", swimwear: "vest", dress_material: "scarf",
  casual_shoes: "sneakers", sports_shoes: "sneakers", flip_flops: "sandals", eyewear: "sunglasses",
  other_jewellery: "necklace", fragrance: "bottle", makeup: "bottle", skincare: "bottle", grooming: "bottle",
};

/** The silhouette for a category. */
export function shapeOf(category) {
  return SHAPES[SAME[category] ?? category] ?? SHAPES.tag;
}
