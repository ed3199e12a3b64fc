"""Which model bundle is deployed."""

from pathlib import Path

from embed_search.bundle import COMPLETE, is_complete
from infra.settings import Settings, SettingsError
from scripts.model.fetch import CacheSettings

HOW_TO_BUILD = "`make bundle` builds it"


def find_bundle(settings: Settings, bundles: Path | None = None) -> Path:
    """The folder, whose name is the hash of its contents. Raises SettingsError where there is none.

    Without a setting it is the newest one in `bundles`, by default where `make bundle` puts them.
    """
    if settings.model_bundle is not None:
        folder = settings.model_bundle.resolve()
        if not is_complete(folder):
            raise SettingsError(f"model_bundle: no complete model bundle is in {folder}; {HOW_TO_BUILD}.")
        return folder
    bundles = bundles or CacheSettings().cache / "bundles"
    complete = [marker.parent for marker in bundles.glob(f"*/{COMPLETE}") if is_complete(marker.parent)]
    if not complete:
        raise SettingsError(f"There is no model bundle in {bundles} yet; {HOW_TO_BUILD}.")
    return max(complete, key=lambda folder: (folder / COMPLETE).stat().st_mtime)
