"""How collected static files are named and kept."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content, also where one of our modules imports another, so all are kept for ever."""

    # Django's own switch for this reads every script, and stumbles over files that a package ships but does not use.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((r'(?P<matched>from "(?P<url>\./[\w-]+\.js)")', 'from "%(url)s"'),)),
    )
