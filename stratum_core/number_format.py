"""Numbers for people: the one place where figures are rounded and given their unit.

The window, the tables and the printed page call these functions, so one figure reads the same in all
of them. Two significant digits, three at most; a narrow no-break space before unit and %; "to" in
sentences, an en dash in tables. A figure that is not known is ``UNKNOWN``, never empty.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta

NARROW = "\u202f"
UNKNOWN = "not known"
DASH, TO, MINUS = "–", " to ", "\u2212"
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_SCALES = ((1e9, " billion"), (1e6, " million"), (1e3, ",000"))
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def significant(value: float, digits: int = 2) -> float:
    """``value`` rounded to so many significant digits."""
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def whole(value: float) -> str:
    """A whole number as it is, with separators: runs, stations, rows."""
    return f"{round(value):,}" if math.isfinite(value) else UNKNOWN


def counted(number: int, thing: str) -> str:
    """So many things, in the plural except of one: 1 component, 2 components."""
    several = f"{thing[:-1]}ies" if thing.endswith("cy") else f"{thing}s"
    return f"{whole(number)} {thing if number == 1 else several}"


def count(value: float) -> str:
    """An estimated number of people or things: exact below 100, else two significant digits."""
    if not math.isfinite(value):
        return UNKNOWN
    return whole(value if abs(value) < 99.5 else significant(value))


def decimal(value: float, digits: int = 2) -> str:
    """A measured quantity to so many significant digits, without exponent: 0.46, 1.6, 150."""
    if not math.isfinite(value):
        return UNKNOWN
    rounded = significant(value, digits)
    places = max(0, digits - 1 - math.floor(math.log10(abs(rounded)))) if rounded else 0
    return f"{rounded + 0.0:,.{places}f}"  # no -0


def with_unit(value: float, unit: str, digits: int = 2) -> str:
    """A quantity and its unit; a share in unit 1 stands alone."""
    shown = decimal(value, digits)
    return shown if unit in ("", "1") or shown == UNKNOWN else f"{shown}{NARROW}{unit}"


def percent(share: float) -> str:
    """A share of 1 in whole per cent; what is not quite none or all says so."""
    if not math.isfinite(share):
        return UNKNOWN
    if 0 < share < 0.005:
        return f"below 1{NARROW}%"
    if 0.995 < share < 1:
        return f"above 99{NARROW}%"
    return f"{math.floor(100 * share + 0.5)}{NARROW}%"


def percent_between(low: float, high: float, *, joined: str = DASH) -> str:
    """An interval of shares, in whole per cent, finer where both ends would read the same: 59–65 %, 99.6–100 %."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return UNKNOWN
    for places in (0, 1, 2):
        first, last = (_per_cent(share, places) for share in (low, high))
        if first != last:
            return f"{first}{joined}{last}{NARROW}%"
    return f"{_per_cent(low, 0)}{NARROW}%"


def _per_cent(share: float, places: int) -> str:
    shown = f"{math.floor(100 * share * 10**places + 0.5) / 10**places:.{places}f}"
    return shown.rstrip("0").rstrip(".") if places else shown


def between(low: float, high: float, show: Callable[[float], str] = count, *, joined: str = TO) -> str:
    """An interval of numbers of people or things; one number where both ends read the same."""
    first, last = show(low), show(high)
    return first if first == last else f"{first}{joined}{last}"


def more_or_less(low: float, high: float, say: Callable[[float, float], str]) -> str:
    """A change by its interval: 4 to 6 less; one that holds 0, or none, is no clear change."""
    if not low * high > 0:
        return "no clear change"
    return f"{say(*sorted((abs(low), abs(high))))} {'more' if low > 0 else 'less'}"


def money(value: float, currency: str, digits: int = 2) -> str:
    """An amount with its currency to so many significant digits: €4.1 million."""
    if not math.isfinite(value):
        return UNKNOWN
    scale, word = _scale(value)
    return f"{MINUS if value < 0 else ''}{symbol(currency)}{_in_scale(abs(value), scale, word, digits)}{word}"


def money_between(low: float, high: float, currency: str, *, joined: str = DASH) -> str:
    """An interval of amounts, in the words of its upper end: €2.9–5.6 million."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return UNKNOWN
    scale, word = _scale(high)
    first, last = _in_scale(low, scale, word), _in_scale(high, scale, word)
    if scale == 1e3 and first != "0":
        first += word
    return f"{symbol(currency)}{last if first == last + (word if scale == 1e3 else '') else first + joined + last}{word}"


def symbol(currency: str) -> str:
    """The sign of a currency, or its code and a narrow space."""
    return _SYMBOLS.get(currency, f"{currency}{NARROW}" if currency else "")


def hours(value: float) -> str:
    """A duration in hours: 1.6 h, 20 min below one hour."""
    if not math.isfinite(value):
        return UNKNOWN
    if 0 < value < 1:
        return f"{round(60 * value)}{NARROW}min"
    shown = decimal(value) if value < 100 else count(value)
    return f"{shown.removesuffix('.0')}{NARROW}h"


def clock(t_h: float) -> str:
    """A moment of the run: T+03:10."""
    if not math.isfinite(t_h):
        return UNKNOWN
    minutes = round(60 * t_h)
    return f"T+{minutes // 60:02d}:{minutes % 60:02d}"


def hour_mark(t_h: float) -> str:
    """A whole hour of the run: T+9 h."""
    return f"T+{round(t_h)}{NARROW}h" if math.isfinite(t_h) else UNKNOWN


def moment(time: datetime) -> str:
    """A local time with its zone and Zulu: Fri 13 Mar 2026, 16:00 CET (15:00Z)."""
    date = f"{_DAYS[time.weekday()]} {time.day} {_MONTHS[time.month - 1]} {time.year}, {time:%H:%M}"
    offset = time.utcoffset()
    if offset is None:
        return date
    if not offset:
        return f"{date}Z"
    return f"{date} {time.tzname() or ''} ({(time - offset):%H:%M}Z)"


def weekday_time(start: datetime | None, t_h: float) -> str:
    """An hour of the run as local weekday and time where the start is known, else as T+9 h."""
    if start is None:
        return hour_mark(t_h)
    time = start + timedelta(hours=t_h)
    return f"{_DAYS[time.weekday()]} {time:%H:%M}"


def digest(text: str) -> str:
    """A digest in groups of eight, its middle left out: 9f3c41d2 6b0a77e5 c1f8034d … 5d92e21a."""
    if not text:
        return UNKNOWN
    return text if len(text) <= 32 else f"{text[:8]} {text[8:16]} {text[16:24]} … {text[-8:]}"


def grouped(text: str, size: int = 4) -> str:
    """A key fingerprint in groups: 7c1e 90ab 11d0 4f2e."""
    return " ".join(text[i:i + size] for i in range(0, len(text), size)) or UNKNOWN


def _scale(value: float) -> tuple[float, str]:
    size = abs(significant(value))
    return next(((scale, word) for scale, word in _SCALES if size >= (scale if scale > 1e3 else 1e5)), (1.0, ""))


def _in_scale(value: float, scale: float, word: str, digits: int = 2) -> str:
    if scale == 1.0 or word == ",000":
        return count(value / scale) if scale == 1.0 else whole(significant(value) / scale)
    shown = value / scale
    return decimal(shown, digits) if 0.095 <= abs(shown) < 99.5 else whole(significant(shown, digits))
