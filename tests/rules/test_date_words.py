"""Days and times as staff say them. In the tables the brackets hold the exact words that make up the date.

`= day` surely that day, `= day ? other` probably that day but the other is likely too, `..` a range, `= -` no date.
The expectations were worked out from a printed calendar, not from the reader.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.rules.date_vocabulary import fold
from bot.rules.date_words import bad_dates, find_dates, find_minutes, find_schedule, meeting_words, read_moment
from bot.rules.reading import Context, Moment
from tests.conftest import examples

MEMBERS = {"anna": "Anna Berg", "bo": "Bo Ek", "tor": "Tor Vik"}
MEETING = datetime(2026, 12, 1, 13)

# Monday 23 November 2026, 08:00, week 48. December 1 is a Tuesday; the year has a week 53.
MONDAY = """
ringa hemtjänsten [senast på fredag] = 2026-11-27
ringa hemtjänsten [på fredag] = 2026-11-27
[Fredag] = 2026-11-27
[fre] = 2026-11-27
[fre.] ringa = 2026-11-27
beställa säng [till fredag] = 2026-11-27
beställa säng [tills på fredag] = 2026-11-27
[deadline: fredag] = 2026-11-27
[senast: fredag] = 2026-11-27
[absolut senast på torsdag] = 2026-11-26
[fram till fredag] = 2026-11-27
[nu på fredag] = 2026-11-27
[på fredagen] = 2026-11-27
[denna fredag] = 2026-11-27
[denna fredag] ringer vi = 2026-11-27
i början av dagen = -
[den här fredagen] = 2026-11-27
[kommande fredag] = 2026-11-27
[på tisdag] = 2026-11-24
[på onsdag] = 2026-11-25
[tors] = 2026-11-26
[på lördag] = 2026-11-28
[pa lordag] = 2026-11-28
[på sön] = 2026-11-29
[SENAST PÅ FREDAG] = 2026-11-27
[nästa fredag] = 2026-12-04 ? 2026-11-27
[till nästa tisdag] = 2026-12-01 ? 2026-11-24
[nästa söndag] = 2026-12-06 ? 2026-11-29
[nästa måndag] = 2026-11-30
[på måndag] = 2026-11-30 ? 2026-11-23
[måndag] = 2026-11-30 ? 2026-11-23
[senast måndag kl 15] = 2026-11-23T15:00 ? 2026-11-30T15:00
[på måndag kl 15] = 2026-11-30T15:00 ? 2026-11-23T15:00
[fredag v 49] = 2026-12-04
[v49 fredag] = 2026-12-04
[v. 49 på fredag] = 2026-12-04
[vecka 49 senast fredag] = 2026-12-04
[fredag senast v 49] = 2026-12-04
[på fredag vecka 50] = 2026-12-11
[måndag v 53] = 2026-12-28
[fredag nästa vecka] = 2026-12-04
[nästa vecka på onsdag] = 2026-12-02
[nästa veckas onsdag] = 2026-12-02
[på fredag om en vecka] = 2026-12-04
[om en vecka på fredag] = 2026-12-04
[fredag om två veckor] = 2026-12-11
[vecka 50] = 2026-12-11
[senast v 50] = 2026-12-11
[v.50] = 2026-12-11
[v 48] = 2026-11-27
[v 52] = 2026-12-23
[v 53] = 2026-12-30
[v 1] = 2027-01-08
[v 47] = 2027-11-26 ?
[v 49-50] = 2026-11-30..2026-12-13
[v 28–30] = 2027-07-12..2027-08-01
[från och med vecka 50] = 2026-12-07
[i slutet av v 50] = 2026-12-11
[i början av v 50] = 2026-12-07 ? 2026-12-08
[idag] = 2026-11-23
[i dag] = 2026-11-23
[under dagen] = 2026-11-23
[imorgon] = 2026-11-24
[i morgon] = 2026-11-24
[imorron] = 2026-11-24
[i morn] = 2026-11-24
[imorgon bitti] = 2026-11-24
[imorgon bitti kl 8] = 2026-11-24T08:00
[i övermorgon] = 2026-11-25
[overmorgon] = 2026-11-25
[i kväll] = 2026-11-23
[ikväll kl 7] = 2026-11-23T19:00
[i eftermiddag] = 2026-11-23
[i förmiddag kl 10] = 2026-11-23T10:00
[nu på morgonen] = 2026-11-23
[till kvällen] = 2026-11-23
[fredag eftermiddag] = 2026-11-27
[på torsdag förmiddag kl 10] = 2026-11-26T10:00
[onsdag em] = 2026-11-25
[på söndag kväll] = 2026-11-29
[om tre dagar] = 2026-11-26
[om 10 dagar] = 2026-12-03
[om en vecka] = 2026-11-30
[om 2 veckor] = 2026-12-07
[om fjorton dagar] = 2026-12-07
[om en månad] = 2026-12-23
[om två månader] = 2027-01-23
[om ett år] = 2027-11-23
[om tre arbetsdagar] = 2026-11-26
[om 10 arbetsdagar] = 2026-12-07
[om ett par dagar] = 2026-11-25 ? 2026-11-26
[om en timme] = 2026-11-23T09:00
[om en halvtimme] = 2026-11-23T08:30
[om 1,5 timme] = 2026-11-23T09:30
[om en och en halv timme] = 2026-11-23T09:30
[om en kvart] = 2026-11-23T08:15
[inom en vecka] = 2026-11-30
[inom 24 timmar] = 2026-11-24T08:00
[i veckan] = 2026-11-27
[under veckan] = 2026-11-27
[denna vecka] = 2026-11-27
[den här veckan] = 2026-11-27
[nästa vecka] = 2026-12-04 ? 2026-11-30
[senast nästa vecka] = 2026-12-04
[i slutet av veckan] = 2026-11-27
[i början av nästa vecka] = 2026-11-30 ? 2026-12-01
[i mitten av nästa vecka] = 2026-12-02
[i slutet av nästa vecka] = 2026-12-04
[i helgen] = 2026-11-28..2026-11-29
[nästa helg] = 2026-12-05..2026-12-06
[före helgen] = 2026-11-27
[innan helgen] = 2026-11-27
[till helgen] = 2026-11-27 ? 2026-11-28
[efter helgen] = 2026-11-30
[den 5:e] = 2026-12-05
[den 5e] = 2026-12-05
[den 25] = 2026-11-25
[till den 5:e] = 2026-12-05
[senast 5:e] = 2026-12-05
[den 31:a] = 2026-12-31
[den 23:e] = 2026-11-23 ? 2026-12-23
[den femte december] = 2026-12-05
[den 5 december] = 2026-12-05
[den 5:e december] = 2026-12-05
[5 december 2026] = 2026-12-05
[5 december -26] = 2026-12-05
[5 dec] = 2026-12-05
[5 dec]. 2 st = 2026-12-05
[5/12] = 2026-12-05
[3/12] = 2026-12-03
[senast 3/12] = 2026-12-03
[5/12-26] = 2026-12-05
[5/12 2026] = 2026-12-05
[5/12/2026] = 2026-12-05
[senast 5.12] = 2026-12-05 ?
[den 5.12] = 2026-12-05
[2026-12-05] = 2026-12-05
[senast 20261205] = 2026-12-05
[senast 261205] = 2026-12-05
[23/11] = 2026-11-23
[20/11] = 2027-11-20 ?
[1 oktober] = 2027-10-01 ?
[1 september] = 2027-09-01
[6/1] = 2027-01-06
[2025-01-01] = 2025-01-01
[fre 27/11] = 2026-11-27
[fredag den 27 november] = 2026-11-27
[på fredag (27/11)] = 2026-11-27
[fredagen den 27:e] = 2026-11-27
[fredag 27] = 2026-11-27
[torsdag 27 november] = 2026-11-27 ? 2026-11-26
[fredag den 5/12] = 2026-12-05 ? 2026-12-04
[1–14 juli] = 2027-07-01..2027-07-14
[1-14/7] = 2027-07-01..2027-07-14
[1/7-14/7] = 2027-07-01..2027-07-14
borta [1 till 14 juli] = 2027-07-01..2027-07-14
borta [1 juli till 14 juli] = 2027-07-01..2027-07-14
[från 1 juli till och med 14 augusti] = 2027-07-01..2027-08-14
[28 juni–3 juli] = 2027-06-28..2027-07-03
[20/12–6/1] = 2026-12-20..2027-01-06
[fr.o.m. 1/12 t.o.m. 3/12] = 2026-12-01..2026-12-03
[tis-tors] = 2026-11-24..2026-11-26
[från tisdag till torsdag] = 2026-11-24..2026-11-26
[i mars] = 2027-03-01..2027-03-31 ?
[i nästa månad] = 2026-12-01..2026-12-31 ?
[före december] = 2026-11-30 ? 2026-12-01
[i slutet av månaden] = 2026-11-30
[månadsskiftet] = 2026-11-30
[senast den sista] = 2026-11-30
[den sista december] = 2026-12-31
[sista vardagen i månaden] = 2026-11-30
[första vardagen i december] = 2026-12-01
[första vardagen i januari] = 2027-01-04
[sista fredagen i november] = 2026-11-27
[andra tisdagen i januari] = 2027-01-12
[tredje onsdagen i månaden] = 2026-12-16
[nästnästa torsdag] = 2026-12-10 ? 2026-12-03
[nästnästa vecka] = 2026-12-11
[nästa nästa vecka] = 2026-12-11
[veckan efter nästa] = 2026-12-11
[torsdagen] därpå = 2026-11-26 ?
till mötet efter nästa = -
till nästnästa möte = -
[om drygt en vecka] = 2026-11-30
[i em] = 2026-11-23
[innan jul] = 2026-12-23
[före jul] = 2026-12-23
[senast före jul] = 2026-12-23
[till jul] = 2026-12-23 ? 2026-12-24
[efter jul] = 2026-12-28
[i mellandagarna] = 2026-12-28..2026-12-30
[mellan jul och nyår] = 2026-12-28..2026-12-30
[före nyår] = 2026-12-30
[efter nyår] = 2027-01-04
[sista vardagen före jul] = 2026-12-23
[trettondagsafton] = 2027-01-05
[trettondagen] = 2027-01-06
[på julafton] = 2026-12-24
[före julafton] = 2026-12-23
[juldagen] = 2026-12-25
[annandag jul] = 2026-12-26
[nyårsafton] = 2026-12-31
[nyårsdagen] = 2027-01-01
[luciadagen] = 2026-12-13
[på lucia] = 2026-12-13
[skärtorsdagen] = 2027-03-25
[långfredagen] = 2027-03-26
[påskafton] = 2027-03-27
[annandag påsk] = 2027-03-29
[före påsk] = 2027-03-25
[efter påsk] = 2027-03-30
[i påsk] = 2027-03-26..2027-03-29 ?
[valborgsmässoafton] = 2027-04-30
[första maj] = 2027-05-01
[1 maj] = 2027-05-01
[Kristi himmelsfärdsdag] = 2027-05-06
[nationaldagen] = 2027-06-06
[midsommarafton] = 2027-06-25
[före midsommar] = 2027-06-24
[efter midsommar] = 2027-06-28
[alla helgons dag] = 2027-11-06 ?
[första advent] = 2026-11-29
[fjärde advent] = 2026-12-20
[till nästa möte] = 2026-12-01
[till mötet] = 2026-12-01
[på nästa möte] = 2026-12-01
[innan nästa möte] = 2026-12-01
[före mötet] = 2026-12-01
[till nästa gång] = 2026-12-01
[på torsdag vid tre] = 2026-11-26T15:00
[halv tre på torsdag] = 2026-11-26T14:30
[på torsdag halv nio] = 2026-11-26T08:30
[kvart i tre] = 2026-11-23T14:45
[kvart över åtta på onsdag] = 2026-11-25T08:15
[tio över två] = 2026-11-23T14:10
[fem i halv tre] = 2026-11-23T14:25
[fem över halv tre] = 2026-11-23T14:35
[tjugo i ett] = 2026-11-23T12:40
[klockan 10] = 2026-11-23T10:00
[kl. 8.30] = 2026-11-23T08:30
[kl 7] = 2026-11-24T07:00 ?
[14.00] = 2026-11-23T14:00
[kl 1430] = 2026-11-23T14:30
[kl 14-15] = 2026-11-23T14:00..2026-11-23T15:00
[8:15-8:30] = 2026-11-23T08:15..2026-11-23T08:30
[fredag 13-14.30] = 2026-11-27T13:00..2026-11-27T14:30
[på tisdag mellan 9 och 10] = 2026-11-24T09:00..2026-11-24T10:00
[vid lunch] = 2026-11-23T12:00 ?
[på fredag före lunch] = 2026-11-27T12:00
[idag kl 15] = 2026-11-23T15:00
[senast kl 15 idag] = 2026-11-23T15:00
[kl 13 den 30/11] = 2026-11-30T13:00
[30 november kl halv två] = 2026-11-30T13:30
[2026-11-30 13:00] = 2026-11-30T13:00
[2026-11-30T13:00] = 2026-11-30T13:00
[kl 18] = 2026-11-23T18:00
[halv sju] = 2026-11-23T18:30 ? 2026-11-24T06:30
[kl 24 på fredag] = 2026-11-27T23:59
[på torsdag 10] = 2026-11-26T10:00 ? 2026-12-10
[på tisdag 10] = 2026-11-24T10:00
[fredag senast kl 15] = 2026-11-27T15:00
[innan klockan 12 på fredag] = 2026-11-27T12:00
[den 28/3 kl 02:30] = 2027-03-28T03:30
[innan fredag] = 2026-11-26 ? 2026-11-27
[före tisdag] = 2026-11-23 ? 2026-11-24
[innan v 50] = 2026-12-04 ? 2026-12-11
[senast 15] = 2026-12-15 ? 2026-11-23T15:00
flytta 12 [till fredag] = 2026-11-27
flytta 12 [till den 14/12] = 2026-12-14
flytta 3 [till 5 december] = 2026-12-05
mötet [på tisdag], ring = 2026-11-24
rum 12 [på fredag] = 2026-11-27
010-123 45 67 [på fredag] = 2026-11-27
("[senast fredag]") = 2026-11-27
[om 3 mån] = 2027-02-23
[om 14 dgr] = 2026-12-07
[dagen före julafton] = 2026-12-23
[dagen efter midsommarafton] = 2027-06-26
[inom veckan] = 2026-11-27
[kl 8 på morgonen på torsdag] = 2026-11-26T08:00
[torsdag kl 3 på eftermiddagen] = 2026-11-26T15:00
[i morgon förmiddag] = 2026-11-24
[i morgon efter lunch] = 2026-11-24
[idag efter kl 15] = 2026-11-23T15:00
[fredag vid tretiden] = 2026-11-27T15:00
[vid 14-tiden på fredag] = 2026-11-27T14:00
[mellan tisdag och torsdag] = 2026-11-24..2026-11-26
[nästa månad den 5:e] = 2026-12-05
[den 28:e nästa månad] = 2026-12-28
[15.1.2027] = 2027-01-15
[kl 9,30] = 2026-11-23T09:30
[den siste december] = 2026-12-31
följa upp läkemedel [v.50] = 2026-12-11
[den 15/1 kl 13.30-14.00] = 2027-01-15T13:30..2027-01-15T14:00
[i början av december] = 2026-12-01 ?
kontakta Maj [i maj] = 2027-05-01..2027-05-31 ?
"""

ENGLISH = """
call her [by Friday] = 2026-11-27
[on Friday] = 2026-11-27
[this Friday] = 2026-11-27
[next Friday] = 2026-12-04 ? 2026-11-27
[before Friday] = 2026-11-26 ? 2026-11-27
[until Thursday] = 2026-11-26
[by Thu] = 2026-11-26
[today] = 2026-11-23
[tonight] = 2026-11-23
[tomorrow] = 2026-11-24
[tomorrow at 9] = 2026-11-24T09:00
[tomorrow morning] = 2026-11-24
[the day after tomorrow] = 2026-11-25
[in two weeks] = 2026-12-07
[in 3 days] = 2026-11-26
[in an hour] = 2026-11-23T09:00
[within a week] = 2026-11-30
[next week] = 2026-12-04 ? 2026-11-30
[this week] = 2026-11-27
[by the end of the week] = 2026-11-27
[by the end of next week] = 2026-12-04
[week 50] = 2026-12-11
[the 5th] = 2026-12-05
[Dec 5] = 2026-12-05
[December 5th] = 2026-12-05
[5 December] = 2026-12-05
[5th of December] = 2026-12-05
[Dec 5, 2026] = 2026-12-05
[3/12] = 2026-12-03 ? 2027-03-12
[13/12] = 2026-12-13
[1-14 July] = 2027-07-01..2027-07-14
[July 1-14] = 2027-07-01..2027-07-14
[from 1 July to 14 July] = 2027-07-01..2027-07-14
[3pm] = 2026-11-23T15:00
[2:30 pm] = 2026-11-23T14:30
[by noon on Friday] = 2026-11-27T12:00
[on Friday at 2:30pm] = 2026-11-27T14:30
[Thursday at half past two] = 2026-11-26T14:30
[quarter to three tomorrow] = 2026-11-24T14:45
[Monday 30 November] = 2026-11-30
[before Christmas] = 2026-12-23
[Christmas Eve] = 2026-12-24
[by the next meeting] = 2026-12-01
[last Friday of November] = 2026-11-27
[first working day of December] = 2026-12-01
he sat down in the sun = -
may I ask you = -
take 2 pills every day at 8 = -
three times a week = -
"""

TEXT = """
vila i 3 mån = -
rum 3/12 = -
lägenhet 12/3 = -
väntat sedan 3 november = -
vid 2 tillfällen = -
kl 8-16 alla dagar = -
4/5 tabletter = -
mäta blodtryck varje morgon i två veckor = -
rum 12 = -
köpa 3 st strumpor = -
010-123 45 67 = -
070-1234567 = -
0570-123 45 = -
ge medicin kl 8 varje dag = -
varje dag kl 8 = -
ge medicin kl 8 och 20 = -
Alvedon kl 8, 14 och 20 = -
dagligen = -
varje morgon = -
två gånger om dagen = -
3 ggr i veckan = -
tre dagar i veckan = -
en gång i månaden = -
varje fredag = -
varannan tisdag = -
duscha på fredagar = -
40 mg = -
1/2 tablett = -
[3/4] = 2027-04-03 ?
ta med 1/2 liter = -
13-17 år = -
nr 12 = -
avd 12 = -
vårdplan 2026 = -
dag 3 = -
1,5 = -
10 % = -
37.5 grader = -
2.50 kr = -
ring Maj = -
be April ringa = -
till Maj = -
till Augusti = -
ge 12 till Tor = -
hennes son ringer = -
man kan vila = -
fred på jorden = -
om hon vill = -
ringa om provsvar = -
vid tre tillfällen = -
hjälp på morgonen = -
vila i två veckor = -
hon ramlade i fredags = -
det var igår = -
förra veckan = -
smärta 7/10 = -
VAS 4/10 = -
blodtryck 120/80 = -
24/7 = -
den tredje gången = -
den 3:e gången = -
fem personer = -
vecka = -
v.b. = -
trycksår grad 2 = -
100 = -
2 av 3 = -
klar 12 hon sover bättre = -
hjälp = -
jul = -
mötet var bra = -
sista gången = -
på rummet = -
"""

# (now, table): other days of the year
OTHER_DAYS = [
    (
        "2026-11-27T08:00",  # a Friday morning
        """
        [på fredag] = 2026-12-04 ? 2026-11-27
        [idag] = 2026-11-27
        [senast fredag kl 15] = 2026-11-27T15:00 ? 2026-12-04T15:00
        [nästa fredag] = 2026-12-04
        [nästa måndag] = 2026-11-30 ? 2026-12-07
        [före helgen] = 2026-11-27
        [i veckan] = 2026-11-27
        [i helgen] = 2026-11-28..2026-11-29
        [efter helgen] = 2026-11-30
        [i övermorgon] = 2026-11-29
        """,
    ),
    (
        "2026-11-28T10:00",  # a Saturday
        """
        [i veckan] = 2026-12-04 ?
        [före helgen] = 2026-12-04 ?
        [i helgen] = 2026-11-28..2026-11-29
        [efter helgen] = 2026-11-30
        [på måndag] = 2026-11-30
        [v 48] = 2026-11-28 ?
        """,
    ),
    (
        "2026-12-21T08:00",  # Monday before Christmas: Thursday to Sunday are free
        """
        [före helgen] = 2026-12-23
        [efter helgen] = 2026-12-28
        [i slutet av veckan] = 2026-12-23
        [före jul] = 2026-12-23
        [till fredag] = 2026-12-25
        [v 53] = 2026-12-30
        [v 1] = 2027-01-08
        [om två veckor] = 2027-01-04
        [annandan] = 2026-12-26
        [innan veckan är slut] = 2026-12-23
        [6/1] = 2027-01-06
        [den sista] = 2026-12-31
        [i mellandagarna] = 2026-12-28..2026-12-30
        [om tre arbetsdagar] = 2026-12-28
        """,
    ),
    (
        "2026-12-31T12:00",  # New Year's Eve, in week 53
        """
        [imorgon] = 2027-01-01
        [på måndag] = 2027-01-04
        [nästa vecka på onsdag] = 2027-01-06
        [v 1] = 2027-01-08
        [måndag v 2] = 2027-01-11
        [efter nyår] = 2027-01-04
        [den 1:a] = 2027-01-01
        [24/12] = 2027-12-24 ?
        [1/1] = 2027-01-01
        """,
    ),
    (
        "2027-01-04T07:45",  # what has just been comes again in almost a year, and is asked about
        """
        [30/12] = 2027-12-30 ?
        [v 52] = 2027-12-30 ?
        [julafton] = 2027-12-24 ?
        [före jul] = 2027-12-23 ?
        [två dagar före jul] = 2027-12-22 ?
        [första vardagen i december] = 2027-12-01 ?
        [första vardagen i december 2027] = 2027-12-01
        [om ett år] = 2028-01-04
        [innan året är slut] = 2027-12-30
        """,
    ),
    (
        "2027-02-26T11:00",  # a Friday
        """
        [månd v 9] = 2027-03-01
        [på lörd] = 2027-02-27
        ordna sond [v 9] = 2027-03-05
        ringa [28:e] = 2027-02-28
        ringa [5:e] = 2027-03-05 ?
        gå på 5:e besöket = -
        [innan månaden är slut] = 2027-02-26
        [1 mars nästa år] = 2028-03-01
        [1/3 nästa år] = 2028-03-01
        [senast 31.12 nästa år] = 2028-12-31
        [v 10 nästa år] = 2028-03-10
        [fredag v 10 2028] = 2028-03-10
        [v 2/2028] = 2028-01-14
        [midsommarafton nästa år] = 2028-06-23
        [före jul nästa år] = 2028-12-22
        [första måndagen i mars nästa år] = 2028-03-06
        [måndag 1 mars nästa år] = 2028-03-01 ? 2028-02-28
        [på onsdag] nästa år = 2027-03-03 ?
        [1/7-14/7 nästa år] = 2028-07-01..2028-07-14
        [28/12-3/1 2029] = 2028-12-28..2029-01-03
        [v 28-30 nästa år] = 2028-07-10..2028-07-30
        [från idag till 14/7 2028] = 2027-02-26..2028-07-14
        [1 mars i år] = 2027-03-01
        [på annandagen] = 2027-03-29
        """,
    ),
    (
        "2028-02-28T08:00",  # Monday before a leap day
        """
        [imorgon] = 2028-02-29
        [i övermorgon] = 2028-03-01
        [29/2] = 2028-02-29
        [den 29 februari] = 2028-02-29
        [sista vardagen i februari] = 2028-02-29
        [om en månad] = 2028-03-28
        [den 30:e] = 2028-03-30
        [om ett år] = 2029-02-28
        """,
    ),
    (
        "2027-03-27T22:00",  # the evening before the clocks go forward
        """
        [imorgon kl 02:30] = 2027-03-28T03:30
        [i natt kl 02.30] = 2027-03-28T03:30
        [imorgon kl 9] = 2027-03-28T09:00
        [om en vecka] = 2027-04-03
        [annandag påsk] = 2027-03-29
        [efter påsk] = 2027-03-30
        """,
    ),
    (
        "2027-01-31T08:00",
        """
        [om en månad] = 2027-02-28
        [den 30:e] = 2027-03-30
        [senast den sista] = 2027-01-31
        """,
    ),
]


def context(now: str = "2026-11-23T08:00", language: str = "sv") -> Context:
    return Context(now=datetime.fromisoformat(now), members=MEMBERS, next_meeting=MEETING, language=language)


def rows(table: str) -> list[str]:
    return [line.strip() for line in table.strip().splitlines()]


def written(when: Moment) -> str:
    return when.isoformat()[:16]


def check(row: str, ctx: Context) -> None:
    marked, expected = row.rsplit(" = ", 1)
    line = marked.replace("[", "").replace("]", "")
    found = find_dates(line, ctx)
    if expected == "-":
        assert [line[f.start : f.end] for f in found] == []
        return
    assert len(found) == 1, [line[f.start : f.end] for f in found]
    (it,) = found
    span = re.search(r"\[(.*)\]", marked)
    assert span
    said = written(it.when) + (f"..{written(it.until)}" if it.until else "")
    if not it.sure:
        said = f"{said} ? {' '.join(map(written, it.alternatives))}".strip()
    assert (line[it.start : it.end], said) == (span[1], expected)
    assert it.clock == isinstance(it.when, datetime)


@pytest.mark.parametrize("row", rows(MONDAY) + rows(TEXT))
def test_swedish(row: str) -> None:
    check(row, context())


@pytest.mark.parametrize("row", rows(ENGLISH))
def test_english(row: str) -> None:
    check(row, context(language="en"))


@pytest.mark.parametrize(("now", "row"), [(now, row) for now, table in OTHER_DAYS for row in rows(table)])
def test_other_days(now: str, row: str) -> None:
    check(row, context(now))


def test_the_table_is_large_enough() -> None:
    assert len(rows(MONDAY) + rows(TEXT) + rows(ENGLISH)) >= 300


@pytest.mark.parametrize("row", [row for row in rows(MONDAY) if "lor" not in row])
def test_the_same_without_dots_and_in_capitals(row: str) -> None:
    marked = row.rsplit(" = ", 1)[0].replace("[", "").replace("]", "")
    assume_same = [find_dates(line, context()) for line in (marked, fold(marked))]
    if "sön" not in marked:  # "son" without dots is somebody's son
        assert assume_same[0] == assume_same[1]
    if "augusti" not in marked:
        assert find_dates(marked.upper(), context()) == assume_same[0] or len(marked.upper()) != len(marked)


@pytest.mark.parametrize(
    ("line", "bad"),
    [
        ("senast 32/13", ["32/13"]),
        ("32/13", ["32/13"]),
        ("till 31/4", ["31/4"]),
        ("den 30 februari", ["30 februari"]),
        ("31 november", ["31 november"]),
        ("29 februari", ["29 februari"]),  # neither 2026 nor 2027 has one
        ("v 54", ["v 54"]),
        ("vecka 0", ["vecka 0"]),
        ("kl 25", ["kl 25"]),
        ("kl 10:75", ["kl 10:75"]),
        ("2026-02-30", ["2026-02-30"]),
        ("senast 2026-13-01", ["2026-13-01"]),
        ("den 32", ["den 32"]),
        ("senast igår", ["senast igår"]),
        ("ringa farmor igår", ["igår"]),
        ("ringa till förra fredagen", ["till förra fredagen"]),
        ("kolla vad som hände förra fredagen", []),
        ("mötet igår var långt", []),
        ("förra fredagens prov", []),
        ("blodtryck 120/80", []),
        ("blodtryck 90/60", []),
        ("flytta 12 till 3/12", []),
        ("senast fredag", []),
        ("rum 32", []),
        ("kl 8 varje dag", []),
    ],
)
def test_what_cannot_be_a_date(line: str, bad: list[str]) -> None:
    assert bad_dates(line, context()) == bad


def test_deadline_and_range_marks() -> None:
    (by,) = find_dates("ringa senast fredag", context())
    (on,) = find_dates("ringa på fredag", context())
    assert (by.deadline, by.preposition, on.deadline, on.preposition) == (True, "senast", False, "pa")
    line = "flytta mötet på tisdag till onsdag 10"
    (both,) = find_dates(line, context())
    assert both.until_at is not None
    assert line[both.until_at :] == "onsdag 10"


def test_week_and_weekday_are_kept() -> None:
    (it,) = find_dates("fredag v 49", context())
    assert (it.weekday, it.week) == (4, 49)


def test_the_meeting() -> None:
    (it,) = find_dates("ringa till nästa möte", context())
    assert it.meeting and it.when == MEETING.date()
    nobody_knows = Context(now=datetime(2026, 11, 23, 8))
    assert find_dates("ringa till nästa möte", nobody_knows) == []
    assert meeting_words("ringa till nästa möte") == (6, 21)
    assert meeting_words("ringa på fredag") is None


def test_past() -> None:
    (it,) = find_dates("2025-01-01", context())
    assert it.past
    (it,) = find_dates("idag kl 7", context())
    assert it.past and not it.sure
    for today in ("2026-11-23", "23 november 2026", "23/11 2026"):
        (it,) = find_dates(today, context())
        assert it.sure and not it.past


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-12-01", "2026-12-01"),
        ("fredag", "2026-11-27"),
        ("on 10", "2026-11-25T10:00"),
        ("ons 10", "2026-11-25T10:00"),
        ("  fredag. ", "2026-11-27"),
        ("5", "2026-12-05"),
        ("14:30", "2026-11-23T14:30"),
        ("fredag men inte säkert", None),
        ("", None),
        ("snart", None),
    ],
)
def test_form_fields(text: str, when: str | None) -> None:
    it = read_moment(text, context())
    assert (written(it.when) if it else None) == when


@pytest.mark.parametrize(
    ("line", "minutes"),
    [
        ("tid 20 min", 20),
        ("en halvtimme", 30),
        ("en halv timme", 30),
        ("1,5 timme", 90),
        ("två timmar", 120),
        ("1 timme och 15 min", 75),
        ("en kvart", 15),
        ("kvart i tre", None),
        ("an hour", 60),
        ("half an hour", 30),
        ("12", None),
    ],
)
def test_lengths(line: str, minutes: int | None) -> None:
    it = find_minutes(line)
    assert (it[2] if it else None) == minutes


# ---- rhythms: weekday names, times, minutes; then what else

SCHEDULES: list[tuple[str, str, dict[str, object]]] = [
    ("möte tisdagar 13:00", "1 13:00", {"recurring": True, "interval": 1}),
    ("möte tisdagar och fredagar 8:15-8:30", "1 08:15 15, 4 08:15 15", {}),
    ("möte varannan torsdag 14-15", "3 14:00 60", {"interval": 2}),
    ("tis & fre 8.15–8.30", "1 08:15 15, 4 08:15 15", {}),
    ("varje vecka onsdag kl 9 i 30 min", "2 09:00 30", {"interval": 1}),
    ("var tredje måndag kl 10", "0 10:00", {"interval": 3}),
    ("var fjärde vecka på tisdagar", "", {"interval": 4, "weekdays": (1,), "missing": ("time",)}),
    ("jämna veckor", "", {"parity": 0, "interval": 2, "missing": ("weekday", "time")}),
    ("udda veckor onsdagar kl 10", "2 10:00", {"parity": 1, "interval": 2}),
    ("första måndagen i månaden 10-11", "0 10:00 60", {"nth": (1,)}),
    ("1:a och 3:e onsdagen kl 13", "2 13:00", {"nth": (1, 3)}),
    ("sista fredagen i månaden kl 14 30 minuter", "4 14:00 30", {"nth": (-1,)}),
    ("två gånger i månaden", "", {"nth": (1, 3), "sure": False}),
    ("varje vardag 8:00", "0 08:00, 1 08:00, 2 08:00, 3 08:00, 4 08:00", {}),
    ("mån-fre 8:15", "0 08:15, 1 08:15, 2 08:15, 3 08:15, 4 08:15", {"recurring": True}),
    ("mån, ons och fre 8:15", "0 08:15, 2 08:15, 4 08:15", {}),
    ("möte tisdagar 13:00 och fredagar 8:15-8:30", "1 13:00, 4 08:15 15", {}),
    ("möte kl 10 på tisdagar", "1 10:00", {}),
    ("mote man och tors 13", "0 13:00, 3 13:00", {}),
    ("möte tisdag 13", "1 13:00", {"recurring": False}),
    ("möte 13-14", "", {"missing": ("weekday",)}),
    ("tisdagar", "", {"missing": ("time",)}),
    ("tisdagar 13 halvtimme", "1 13:00 30", {}),
    ("tisdagar 13 45 min", "1 13:00 45", {}),
    ("tisdagar kl 13 en timme", "1 13:00 60", {}),
    ("tisdagar halv tre", "1 14:30", {}),
    ("varje tisdag kvart över ett", "1 13:15", {}),
    ("tisdagar 13 från och med vecka 50", "1 13:00", {"first": date(2026, 12, 7)}),
    ("tisdagar 13-13.30 fr.o.m. 1/12 t.o.m. 1 juni", "1 13:00 30", {"first": date(2026, 12, 1), "until": date(2027, 6, 1)}),
    ("börjar 1 december tisdagar 13", "1 13:00", {"first": date(2026, 12, 1)}),
    ("varannan tis kl 13, start 8/12", "1 13:00", {"first": date(2026, 12, 8), "interval": 2}),
    ("var 14:e dag torsdagar 10", "3 10:00", {"interval": 2}),
    ("torsdagar kl 14.00 - 15.00, varannan vecka", "3 14:00 60", {"interval": 2}),
    ("tisdagar 6", "1 18:00", {"sure": False}),
    ("every Tuesday 1pm", "1 13:00", {"recurring": True}),
    ("every other Thursday 2-3 pm", "3 14:00 60", {"interval": 2}),
    ("every two weeks on Monday at 10", "0 10:00", {"interval": 2}),
    ("first Monday of the month 10-11", "0 10:00 60", {"nth": (1,)}),
    ("Tuesdays and Fridays 8:15-8:30", "1 08:15 15, 4 08:15 15", {}),
    ("every weekday at 9", "0 09:00, 1 09:00, 2 09:00, 3 09:00, 4 09:00", {}),
]


@pytest.mark.parametrize(("line", "slots", "more"), SCHEDULES)
def test_schedules(line: str, slots: str, more: dict[str, object]) -> None:
    it = find_schedule(line, context())
    assert it is not None
    said = [f"{s.weekday} {s.start:%H:%M}" + (f" {s.minutes}" if s.minutes else "") for s in it.slots]
    assert ", ".join(said) == slots
    assert {key: getattr(it, key) for key in more} == more


@pytest.mark.parametrize("line", ["", "ringa hemtjänsten", "rum 12", "möte", "3 st strumpor"])
def test_no_schedule(line: str) -> None:
    assert find_schedule(line, context()) is None


# ---- whatever is written

WEEKDAYS = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"]
MONTHS = "januari februari mars april maj juni juli augusti september oktober november december".split()  # noqa: SIM905
NOW = st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31))
WORDS = st.sampled_from(
    ["på", "till", "senast", "före", "den", "i", "om", "kl", "v", "vecka", "halv", "kvart", "över", "tre", "3", "12", "/", ".", ":", "-", "–", ",", "5/12", "31/2", "2026-12-05", "fredag", "måndagar", "nästa", "veckan", "mötet", "jul", "i", "varannan", "första", "sista", "vardagen", "december", "maj", "om", "en", "två", "dagar", "timme", "och", "8:15", "25", "idag", "efter", "helgen", "påsk", "mellan", "april", "Tor", "fr.o.m.", "t.o.m.", "14", "pm", "the", "of", "by", "next", "week", "29", "februari", "53", "54", "1430", "slutet", "av", "mitten", "början"]
)


def ways(day: date, now: date) -> list[str]:
    """Ways to write a day, made without the reader's tables."""
    name, month = WEEKDAYS[day.weekday()], MONTHS[day.month - 1]
    iso = day.isocalendar()
    texts = [
        f"{day:%Y-%m-%d}",
        f"{day.day} {month} {day.year}",
        f"{day.day}/{day.month}-{day:%y}",
        f"{name} den {day.day} {month} {day.year}",
        f"senast {day:%Y%m%d}",
        f"den {day.day}/{day.month} {day.year}",
    ]
    if now <= day < now + timedelta(days=300):
        texts += [f"{name} den {day.day} {month}", f"på {name} v {iso.week}", f"senast {day.day}/{day.month}", f"den {day.day}:e {month}"]
        texts += [f"{name} vecka {iso.week}", f"{name[:3]} {day.day}/{day.month}" if name[:3] != "tor" else f"tors {day.day}/{day.month}"]
        texts += [f"om {(day - now).days} dagar"] if day > now else ["idag"]
    if now < day <= now + timedelta(days=7):
        texts += [f"på {name}", f"till {name}", name]
    return texts


@given(now=NOW, ahead=st.integers(0, 400), data=st.data())
@settings(max_examples=examples(400), deadline=None)
def test_every_way_of_writing_a_day_reads_back(now: datetime, ahead: int, data: st.DataObject) -> None:
    day = now.date() + timedelta(days=ahead)
    line = data.draw(st.sampled_from(ways(day, now.date())))
    found = find_dates(f"ringa hemtjänsten {line}", Context(now=now))
    assert len(found) == 1
    assert found[0].when == day or not found[0].sure
    assert found[0].end == len(f"ringa hemtjänsten {line}")


@given(now=NOW, hour=st.integers(7, 18), minute=st.sampled_from([0, 15, 30, 45]), ahead=st.integers(1, 6))
@settings(max_examples=examples(200), deadline=None)
def test_every_way_of_writing_a_time_reads_back(now: datetime, hour: int, minute: int, ahead: int) -> None:
    day = now.date() + timedelta(days=ahead)
    name = WEEKDAYS[day.weekday()]
    for line in (f"på {name} kl {hour}:{minute:02}", f"kl {hour:02}.{minute:02} på {name}", f"{name} {hour:02}:{minute:02}"):
        (found,) = find_dates(line, Context(now=now))
        assert found.when == datetime.combine(day, time(hour, minute))


@given(text=st.text(max_size=120) | st.lists(WORDS, max_size=14).map(" ".join) | st.lists(WORDS, max_size=10).map("".join), now=NOW)
@settings(max_examples=examples(1500), deadline=None)
def test_no_text_raises_and_no_choice_is_past(text: str, now: datetime) -> None:
    ctx = Context(now=now, members=MEMBERS, next_meeting=now + timedelta(days=3))
    end = 0
    for it in find_dates(text, ctx):
        assert end <= it.start < it.end <= len(text)
        end = it.end
        day = it.when.date() if isinstance(it.when, datetime) else it.when
        assert it.past or day >= now.date()
        assert it.until is None or written(it.until) >= written(it.when)[: len(written(it.until))]
        assert it.when not in it.alternatives
    bad_dates(text, ctx)
    find_schedule(text, ctx)
    find_minutes(text)
    read_moment(text, ctx)


@given(texts=st.lists(st.sampled_from(["ringa", "hos", "rum 12", "3 st", "fredag", "senast 5/12", "kl 10", "v 50"]), min_size=1, max_size=6))
@settings(max_examples=examples(100), deadline=None)
def test_reading_twice_gives_the_same(texts: list[str]) -> None:
    line = " ".join(texts)
    assume(line)
    assert find_dates(line, context()) == find_dates(line, context())
