"""Which model bundle is deployed."""

from pathlib import Path

from infra.settings import Settings, SettingsError

HOW_TO_BUILD = "`make bundle` builds it"


def find_bundle(settings: Settings, bundles: Path | None = None) -> Path:
    """The folder, whose name is the hash of its contents. Raises SettingsError where there is none.

    Without a setting it is the newest one in `bundles`, by default where `make bundle` puts them.
    """
    # Not at the top: it brings ONNX along, which takes longer to import than all the rest of the app.
    from scripts.model.build_bundle import is_complete
    from scripts.model.fetch import CacheSettings

    if settings.model_bundle is not None:
        folder = settings.model_bundle.resolve()
        if not is_complete(folder):
            raise SettingsError(f"model_bundle: no complete model bundle is in {folder}; {HOW_TO_BUILD}.")
        return folder
    bundles = bundles or CacheSettings().cache / "bundles"
    complete = [marker.parent for marker in bundles.glob("*/.complete") if is_complete(marker.parent)]
    if not complete:
        raise SettingsError(f"There is no model bundle in {bundles} yet; {HOW_TO_BUILD}.")
    return max(complete, key=lambda folder: (folder / ".complete").stat().st_mtime)
