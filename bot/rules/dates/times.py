"""Times of day (kl 10, 14.00, halv tre, vid tre, 14-15, eftermiddag) and lengths of time (20 min, en halvtimme)."""

from __future__ import annotations

from bot.rules import date_vocabulary as words
from bot.rules.dates.choose import RECENT, Choosing
from bot.rules.dates.items import Item, Read, Said
from bot.rules.dates.tokens import DASHES


class Times(Choosing):
    def day_part(self, at: int, said: Said, total: Item) -> Read:
        """ "fredag eftermiddag", "i morgon bitti", "nu på morgonen", "till kvällen"; and lunch, which is 12:00."""
        word = self.word(at)
        if word in {"in", "the"} and self.word(at + 1) in words.DAY_PARTS and said.day:
            return at + 2, Item(part=words.DAY_PARTS[self.word(at + 1)])
        prepositions = {*said.prepositions, self.word(at - 1)}
        if word == "lunch" and self.word(at - 1) in words.AFTER:
            return (at + 1, Item(part="pm")) if said.day else None
        if word in {"lunch", "lunchen", "noon"} and (said.day or prepositions & (words.BEFORE | {"vid", "senast", "till", "at", "by"})):
            return at + 1, Item(clock=(12, 0), deadline=bool(prepositions & words.DEADLINE), meal=word != "noon", done=True)
        if word not in words.DAY_PARTS:
            return None
        if said.day or total.clock or self.word(at + 1) in words.CLOCK or self.word(at - 1) in words.CLOCK:
            return at + 1, Item(part=words.DAY_PARTS[word])
        if "nu" in prepositions or ("till" in prepositions and word in {"kvallen", "eftermiddagen"}):
            return at + 1, Item(day=self.base, part=words.DAY_PARTS[word])
        return None

    def clock(self, at: int, said: Said, total: Item) -> Read:
        """ "kl 10", "14.00", "halv tre", "vid tre", "14-15", "mellan 9 och 10", "3pm"."""
        first, lead = at, ""
        if total.clock:
            return None
        if self.word(at) in words.ABOUT:
            at, lead = at + 1, "soft"
        elif self.word(at - 1) in words.ABOUT:
            lead = "soft"
        if self.word(at) in words.CLOCK:
            at, lead = at + 1, "firm"
            at += self.sign(at, ".")
            if self.word(at) in words.ABOUT:
                at += 1
        between = self.word(at) in {"mellan", "between"}
        at += between
        if self.word(at) in words.CLOCK:
            at += 1
        if lead == "" and between:
            lead = "soft"
        if lead == "" and said.day:
            lead = "bare"
        begin = self.clock_time(at, lead)
        if begin is None and not lead and said.prepositions and said.prepositions[-1] in words.BEFORE and self.free(at + 1):
            begin = self.clock_time(at, "bare")  # "ring före 10"
            if begin and self.token(at).kind == "n":
                return begin[0], Item(clock=begin[1:3], vague=begin[3], sure=False, deadline=True)
            begin = None
        if begin is None:
            if lead == "firm":
                self.note_bad_clock(first, at)
            return None
        end, hour, minute, vague = begin
        item = Item(clock=(hour, minute), vague=vague, figures=self.sign(at + 1, ":.", glued=True))
        joined = self.token(end).text in DASHES or (self.word(end) in {"till", "to", "tom"} and not self.day_begins(end + 1)) or (between and self.word(end) in {"och", "and"})
        if joined:
            second = end + 1
            if self.word(second) == "tiden":
                return self.checked_clock(at, second + 1, item, lead, said, explicit=True)
            second += self.word(second) in words.CLOCK
            stop = self.clock_time(second, lead or ("bare" if self.sign(at + 1, ":.") else ""))
            if stop and (self.token(end).kind == "s" or self.word(end) not in {"till", "to"} or lead):
                end, stop_hour, stop_minute, stop_vague = stop
                if not stop_vague and stop_hour >= 13 and vague and hour < stop_hour - 12 and self.word(end - 1) in {"pm", "em"}:
                    item.clock, item.vague = (hour + 12, minute), False
                stop_minutes = stop_hour * 60 + stop_minute
                begin_minutes = item.clock[0] * 60 + item.clock[1] if item.clock else 0
                if stop_minutes <= begin_minutes < stop_minutes + 720 < 1440 and stop_hour <= 12:
                    stop_minutes += 720
                past_midnight = stop_minutes <= begin_minutes and begin_minutes >= 18 * 60
                if begin_minutes < stop_minutes < 1440 or past_midnight:
                    item.clock_until = divmod(stop_minutes, 60)
                return self.checked_clock(at, end, item, lead, said, explicit=True)
            if between:
                return None
        if between:
            return None
        return self.checked_clock(at, end, item, lead, said, explicit=self.sign(at + 1, ":", glued=True))

    def day_begins(self, at: int) -> bool:
        """Whether a day of a month is said here: "till 15 december", "till den 3/12"."""
        at += self.word(at) in {"den", "the"}
        return self.number(at) is not None and (self.word(at + 1) in words.MONTHS or (self.sign(at + 1, "/", glued=True) and self.number(at + 2) is not None))

    def checked_clock(self, at: int, end: int, item: Item, lead: str, said: Said, explicit: bool) -> Read:
        """Weak hints ("vid tre", "fredag 10") hold only where the number stands alone."""
        number = self.number(at)
        if lead == "bare" and end == at + 1 and number and said.weekday is not None and self.word(end) in words.CLOCK:
            day = self.next_day_of_month(number) if number <= 31 else None  # "fredag 11 kl 8"
            return (end, Item(day=day)) if day and day.weekday() == said.weekday and day - self.base < RECENT else None
        if lead in {"soft", "bare"} and not explicit and not self.free(end) and self.word(end) not in {"tiden", *words.DAY_PARTS}:
            return None
        if lead == "" and not explicit and not self.free(end) and self.word(end) in words.UNITS:
            return None
        if self.sign(end, "%") or (end < self.count and self.word(end) in words.UNITS and lead != "firm" and self.word(end) != "e"):
            return None
        if lead == "bare" and end == at + 1 and number is not None and said.weekday is not None and number > 0:
            # "fredag 10": ten o'clock, or the tenth?
            day = self.next_day_of_month(number)
            if day.weekday() == said.weekday and day - self.base < RECENT:
                if number > 20:
                    return end, Item(day=day)
                item.alternatives, item.sure = (day,), False
        return end, item

    def note_bad_clock(self, first: int, at: int) -> None:
        if (number := self.number(at, (1, 2, 3, 4))) is not None and (number > 24 or self.sign(at + 1, ":.", glued=True)):
            more = self.sign(at + 1, ":.", glued=True) and self.number(at + 2, glued=True) is not None
            self.is_bad(first, at + 2 if more else at)

    def clock_time(self, at: int, lead: str) -> tuple[int, int, int, bool] | None:
        """One time of day: the token after it, hour, minute, and whether the hour is of a twelve-hour clock."""
        if self.token(at).kind == "n":
            return self.clock_figures(at, lead)
        word = self.word(at)
        if word in {"noon", "midday"}:
            return at + 1, 12, 0, False
        if word == "halv" and (hour := self.hour(at + 1)) is not None:
            return at + 2, (hour - 1) % 12 or 12, 30, True
        if word == "half" and self.word(at + 1) == "past" and (hour := self.hour(at + 2)) is not None:
            return at + 3, hour, 30, True
        at += word == "a" and self.word(at + 1) == "quarter"
        word = self.word(at)
        if lead and word.endswith("tiden") and (hour := words.NUMBERS.get(word.removesuffix("tiden"))) is not None:
            return at + 1, hour, 0, hour <= 12  # "vid tretiden"
        minutes = 15 if word in {"kvart", "quarter"} else words.NUMBERS.get(word)
        if minutes is not None and (spoken := self.minutes_to_or_past(at + 1, minutes)):
            return spoken
        if lead and (hour := words.NUMBERS.get(word)) is not None and 1 <= hour <= 24 and word not in {"en", "a", "an"}:
            end = at + 1
            if self.word(end) == "oclock" or (self.word(end) == "o" and self.sign(end + 1, "'’")):
                end += 1 if self.word(end) == "oclock" else 3
            if half := self.meridiem(end, hour):
                return half[0], half[1], 0, False
            return (end, 23, 59, False) if hour == 24 else (end, hour, 0, hour <= 12)
        return None

    def minutes_to_or_past(self, at: int, minutes: int) -> tuple[int, int, int, bool] | None:
        """After the minutes: "i tre", "över tre", "i halv tre", "past three"."""
        at += self.word(at) in {"minuter", "min", "minutes"}
        sign = {"i": -1, "over": 1, "past": 1, "to": -1}.get(self.word(at))
        if sign is None or minutes not in {5, 10, 15, 20, 25}:
            return None
        half = self.word(at + 1) == "halv"
        hour = self.hour(at + 1 + half)
        if hour is None:
            return None
        total = (hour * 60 - (30 if half else 0) + sign * minutes) % 720
        return at + 2 + half, total // 60 or 12, total % 60, True

    def hour(self, at: int) -> int | None:
        """An hour on a twelve-hour clock."""
        number = self.number(at)
        if number is None:
            number = words.NUMBERS.get(self.word(at))
        return number if number is not None and 1 <= number <= 12 else None

    def meridiem(self, at: int, hour: int) -> tuple[int, int] | None:
        """am or pm behind an hour: the token after, and the hour of 24."""
        word = self.word(at)
        if word not in {"am", "pm"} or not 1 <= hour <= 12:
            return None
        return at + 1, hour % 12 + (12 if word == "pm" else 0)

    def clock_figures(self, at: int, lead: str) -> tuple[int, int, int, bool] | None:
        """10, 8:15, 8.15, 1430 (behind kl), 3pm; "5 i 3" behind kl."""
        text = self.token(at).text
        hour = self.number(at)
        if hour is None:
            if len(text) == 4 and lead == "firm" and int(text[:2]) < 24 and int(text[2:]) < 60:
                return at + 1, int(text[:2]), int(text[2:]), False
            return None
        padded = text[0] == "0"
        if self.sign(at + 1, ":.," if lead == "firm" else ":.", glued=True) and self.token(at + 2).kind == "n" and self.token(at + 2).glued:
            minute = self.number(at + 2, (2,))
            colon = self.token(at + 1).text == ":"
            if minute is None or minute > 59 or hour > 24 or (hour == 24 and minute):
                if lead == "" and colon and minute is not None and hour < 40:
                    self.is_bad(at, at + 2)
                return None
            end = at + 3
            if colon and self.sign(end, ":", glued=True) and len(self.token(end + 1).text) == 2 and self.token(end + 1).glued:
                end += 2  # seconds
            if self.sign(end, ":.,/", glued=True) and self.token(end + 1).kind == "n" and self.token(end + 1).glued:
                return None
            if half := self.meridiem(end, hour):
                return half[0], half[1], minute, False
            if not colon and not lead and hour < 6:
                return None
            if not colon and self.word(end) in words.UNITS:
                return None
            return end, *((23, 59) if hour == 24 else (hour, minute)), hour <= 12 and not padded
        if lead == "firm" and (spoken := self.minutes_to_or_past(at + 1, hour)):
            return spoken
        if lead == "firm" and hour < 24 and (minute := self.number(at + 1, (2,))) is not None and (24 < minute < 60 or self.token(at + 1).text in {"00", "15"}) and self.free(at + 2):
            return at + 2, hour, minute, hour <= 12 and not padded  # "kl 13 30"
        if half := self.meridiem(at + 1, hour):
            return half[0], half[1], 0, False
        if self.sign(at + 1, "-–") and self.meridiem_behind_range(at + 2) == "pm" and 1 <= hour <= 12:
            same_half = hour == 12 or hour <= (self.number(at + 2) or 0)  # "2-3 pm", but "11-1 pm" begins before noon
            return at + 1, hour % 12 + (12 if same_half else 0) if same_half else hour, 0, False
        if not lead or hour > 24 or self.sign(at + 1, "/%:", glued=True):
            return None
        if self.sign(at + 1, ",", glued=True) and self.token(at + 2).kind == "n" and self.token(at + 2).glued:
            return None
        if hour == 24:
            return at + 1, 23, 59, False
        return at + 1, hour, 0, hour <= 12 and not padded

    def meridiem_behind_range(self, at: int) -> str:
        """ "pm" in "2-3 pm", seen from the 3."""
        if self.number(at) is None:
            return ""
        at += 3 if self.sign(at + 1, ":.", glued=True) else 1
        return self.word(at) if self.word(at) in {"am", "pm"} else ""

    def length(self, at: int) -> tuple[int, int] | None:
        """A length of time: the token after it, and its minutes."""
        word = self.word(at)
        if word in {"halvtimme", "halvtimma", "kvart"} and self.word(at - 1) not in words.NUMBERS:
            if word == "kvart" and self.word(at + 1) in {"i", "over"}:
                return None
            return at + 1, words.MINUTES_IN[word]
        if word in {"en", "ett", "a", "an", "half"} or self.token(at).kind == "n" or word in words.NUMBERS:
            if word in {"en", "a"} and self.word(at + 1) in {"halv", "half"} and self.word(at + 2) in {"timme", "timma", "hour"}:
                return at + 3, 30
            if word == "half" and self.word(at + 1) in {"an", "a"} and self.word(at + 2) == "hour":
                return at + 3, 30
            if word == "en" and self.phrase_words(at + 1, "och", "en", "halv") and self.word(at + 4) in {"timme", "timma"}:
                return at + 5, 90
            number = self.number(at, (1, 2, 3))
            amount: float | None = float(words.NUMBERS[word]) if word in words.NUMBERS else number
            if amount is None:
                return None
            after = at + 1
            if number is not None and self.sign(after, ",.", glued=True) and self.number(after + 1, (1, 2), glued=True) is not None:
                amount += float(f"0.{self.token(after + 1).text}")
                after += 2
            unit = self.word(after)
            if number is not None and unit in {"halvtimme", "halvtimma"}:
                return None  # "13 halvtimme": the 13 is a time
            if unit in words.MINUTES_IN and not (unit == "kvart" and self.word(after + 1) in {"i", "over"}):
                minutes = round(amount * words.MINUTES_IN[unit])
                after += 1
                if words.MINUTES_IN[unit] == 60:
                    extra = after + (self.word(after) in {"och", "and"})
                    more = self.number(extra)
                    if more is not None and words.MINUTES_IN.get(self.word(extra + 1)) == 1:
                        return extra + 2, minutes + more
                    if more is not None and unit == "h" and extra == after and self.token(extra).glued:  # "1h20"
                        return extra + 1, minutes + more
                return after, minutes
        return None

    def amount(self, at: int) -> tuple[int, int, bool] | None:
        """A number in digits or words; "ett par" is 2 and "några" 3, not sure."""
        if self.word(at) in {"ett", "a"} and self.word(at + 1) in {"par", "couple"}:
            return at + 2 + (self.word(at + 2) in {"tre", "of"}), 2, False
        if self.word(at) in {"nagra", "some", "few"}:
            return at + 1, 3, False
        number = self.number(at, (1, 2, 3))
        if number is None:
            number = words.NUMBERS.get(self.word(at))
        return None if number is None else (at + 1, number, True)
