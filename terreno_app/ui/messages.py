"""What a person reads when something went wrong or went well: what happened, what is safe, what to do next.

In: the error of a use case. Out: a `Notice` that any screen can show. Errors that the services foresee bring their
own three parts; any other is a bug, and the person is told whom to call. No personal data: the error's own text is
never shown.
"""

from dataclasses import dataclass

from terreno_app.services.errors import explain


@dataclass(frozen=True, slots=True)
class Notice:
    """A message in three parts; `safe` and `next` may be empty in good news."""

    tone: str
    icon: str
    happened: str
    safe: str = ""
    next: str = ""

    @property
    def words(self) -> str:
        """All of it in one paragraph, for screen readers."""
        return " ".join(part for part in (self.happened, self.safe, self.next) if part)


def notice_of(error: BaseException) -> Notice:
    """How an error is told to a person."""
    told = explain(error)
    return Notice("bad", "octagon-alert", told.happened, told.safe, told.next)


def good_news(happened: str, then: str = "") -> Notice:
    """Something was done."""
    return Notice("ok", "badge-check", happened, "", then)


def warning(happened: str, safe: str = "", then: str = "", icon: str = "clock") -> Notice:
    """A person must look at something; nothing is lost."""
    return Notice("copper", icon, happened, safe, then)
