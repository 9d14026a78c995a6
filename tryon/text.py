"""The words of the program in the user's language (gettext; English where there is no translation)."""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

__all__ = ["N_", "_", "language"]

_DOMAIN = "tryon"


def _locale_dir() -> Path:
    """Where the compiled catalogs lie: inside an installed wheel, or beside the package in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "assets" / "i18n"
    return inside if inside.is_dir() else package.parent / "assets" / "i18n"


@cache
def _translation(language_code: str) -> gettext.NullTranslations:
    return gettext.translation(_DOMAIN, localedir=_locale_dir(), languages=[language_code], fallback=True)


def language() -> str:
    """The language in use, such as 'en' or 'zh_CN': TRYON_LANG, else the system's."""
    for variable in ("TRYON_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "").split(".")[0]
        if value:
            return value
    return "en"


def _(message: str) -> str:
    """Translate a message; placeholders such as {name} are filled in by the caller afterwards."""
    return _translation(language()).gettext(message)


def N_(message: str) -> str:  # noqa: N802 - the field's usual name
    """Mark a message for translation where it is defined; `_` translates it where it is shown."""
    return message
