"""What lines are taken for: tables of what staff write, and properties that hold for any line.

A row reads `line => intent | key=value | ...` with the keys of `nvg understand --json`; what a row does not name must not
be there. All is said by Anna on Monday 23 November 2026 at 08:00 (week 48); the next meeting is Tuesday 1 December at 13:00.
"""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules import commands
from bot.rules.commands import BEGINS, BY_NAME, COMMANDS, WHOLE
from bot.rules.read_command import READERS, completions, read_command, read_lines
from bot.rules.reading import Context
from bot.rules.spelling import fold
from handlers.understand import MEMBERS, as_json
from tests.conftest import examples

CTX = Context(datetime(2026, 11, 23, 8, 0), "anna", MEMBERS, datetime(2026, 12, 1, 13, 0), frozenset({12}))

# Who does what until when.
ACTIONS = """
åtgärd @bo ringa kommunen senast fredag => action | owners=bo | text=ringa kommunen | due=2026-11-27
åtgärd: Bo ringer kommunen på fredag => action | owners=bo | text=ringer kommunen | due=2026-11-27
@bo ringa hemtjänsten på fredag => action | owners=bo | text=ringa hemtjänsten | due=2026-11-27
jag ringer vårdcentralen i morgon => action | owners=anna | text=ringer vårdcentralen | due=2026-11-24
atgard bo boka tid => action | owners=bo | text=boka tid
göra: handla => action | text=handla
bo: ringa kommunen till fredag => action | owners=bo | text=ringa kommunen | due=2026-11-27
åtgärd Anna och Bo ringer kommunen i morgon => action | owners=anna,bo | text=ringer kommunen | due=2026-11-24
åtgärd @anna @bo läsa planen var för sig till nästa möte => action | owners=anna,bo | text=läsa planen | due=2026-12-01 | each=yes
åtgärd alla läser planen => action | owners=anna,bo,cecilia,dag | text=läser planen
åtgärd ringa kommunen, ansvarig Bo => action | owners=bo | text=ringa kommunen
åtgärd ringa kommunen, ansvarig: @bo senast fredag => action | owners=bo | text=ringa kommunen | due=2026-11-27
åtgärd ringa kommunen (Bo) => action | owners=bo | text=ringa kommunen
åtgärd be Bo ringa kommunen => action | owners=bo | text=ringa kommunen
åtgärd ringa Anna om läkemedel => action | text=ringa Anna om läkemedel
åtgärd @bo ringa @anna om läkemedel => action | owners=bo | text=ringa Anna Berg om läkemedel
åtgärd 12 st blöjor beställs av Bo => action | owners=bo | text=12 st blöjor beställs
åtgärd @bo köpa 3 st strumpor till rum 12 => action | owners=bo | text=köpa 3 st strumpor till rum 12
åtgärd ge medicin kl 8 varje dag => action | text=ge medicin kl 8 varje dag
åtgärd på fredag ringer Bo kommunen => action | owners=bo | text=ringer kommunen | due=2026-11-27
åtgärd jag ringer kommunen => action | owners=anna | text=ringer kommunen
åtgärd => action | problem=no_text
åtgärd @bo ringa kommunen senast 20/11 => action | owners=bo | text=ringa kommunen | due=2027-11-20 | sure=no
åtgärd @bo kolla vad som hände 12 november => action | owners=bo | text=kolla vad som hände 12 november
åtgärd ring skolan after the autumn break => action | text=ring skolan after the autumn break | problem=bad_date | problem_words=after the autumn break
Bo will call home care on Friday => action | owners=bo | text=call home care | due=2026-11-27
påminn mig om att ringa kommunen på fredag => action | owners=anna | text=ringa kommunen | due=2026-11-27
/nvg åtgärd @bo ringa kommunen => action | owners=bo | text=ringa kommunen
åtgärd @xyz ringa kommunen => action | text=ringa kommunen | unknown_owner=xyz | problem=no_owner | problem_words=xyz | sure=no
åtgärd ringa 19121212-1212 på fredag => action | text=ringa •••••• | due=2026-11-27 | pii=yes
Åtgärd: Bo ska ringa kommunen senast på fredag. => action | owners=bo | text=ringa kommunen | due=2026-11-27
åtgärd  ringa   hemtjänsten,  på fredag! => action | text=ringa hemtjänsten | due=2026-11-27
ÅTGÄRD @BO RINGA KOMMUNEN SENAST FREDAG => action | owners=bo | text=RINGA KOMMUNEN | due=2026-11-27
åtgärd @Bo Ek ringa kommunen => action | owners=bo | text=ringa kommunen
åtgärd Bo Ek ringer kommunen den 5/12 => action | owners=bo | text=ringer kommunen | due=2026-12-05
åtgärd @bo och @cecilia boka SIP till nästa möte => action | owners=bo,cecilia | text=boka SIP | due=2026-12-01
åtgärd till Bo: ringa kommunen => action | owners=bo | text=ringa kommunen
åtgärd för @bo: ringa kommunen => action | owners=bo | text=ringa kommunen
åtgärd ringa till Bo => action | text=ringa till Bo
åtgärd skicka remissen till Bo på fredag => action | text=skicka remissen till Bo | due=2026-11-27
åtgärd ringa kommunen @bo senast fredag => action | owners=bo | text=ringa kommunen | due=2026-11-27
åtgärd senast fredag @bo ringa kommunen => action | owners=bo | text=ringa kommunen | due=2026-11-27
åtgärd @bo: ringa kommunen; deadline fredag => action | owners=bo | text=ringa kommunen | due=2026-11-27
åtgärd Dag ringer kommunen => action | owners=dag | text=ringer kommunen
åtgärd dag ringer kommunen => action | owners=dag | text=ringer kommunen
åtgärd bo kvar hemma över helgen => action | text=bo kvar hemma över helgen
åtgärd: Annas läkemedel ses över => action | text=Annas läkemedel ses över
åtgärd: Anna behöver ny rullstol => action | text=Anna behöver ny rullstol
åtgärd - Bo - ringa kommunen => action | owners=bo | text=ringa kommunen
ny åtgärd: ringa kommunen => action | text=ringa kommunen
lägg till åtgärd: ringa kommunen => action | text=ringa kommunen
lägg till en åtgärd @bo ringa => action | owners=bo | text=ringa
åtgärd cecilia kollar läkemedelslistan före helgen => action | owners=cecilia | text=kollar läkemedelslistan | due=2026-11-27
åtgärd jag kollar med apoteket i övermorgon => action | owners=anna | text=kollar med apoteket | due=2026-11-25
åtgärd mig ringa apoteket => action | owners=anna | text=ringa apoteket
åtgärd ringa 010-123 45 67 halv tre på torsdag => action | text=ringa 010-123 45 67 | due=2026-11-26T14:30
åtgärd @bo boka tid 3/12 => action | owners=bo | text=boka tid | due=2026-12-03
åtgärd @bo boka tid hos tandläkaren före jul => action | owners=bo | text=boka tid hos tandläkaren | due=2026-12-23
åtgärd @bo ringa nästa fredag => action | owners=bo | text=ringa | due=2026-12-04 | alternatives=2026-11-27 | sure=no
åtgärd @bo ringa kommunen om en vecka => action | owners=bo | text=ringa kommunen | due=2026-11-30
åtgärd @bo ringa kommunen v 50 => action | owners=bo | text=ringa kommunen | due=2026-12-11 | week=50
åtgärd @bo ringa kommunen fredag v 49 => action | owners=bo | text=ringa kommunen | due=2026-12-04 | week=49
åtgärd @bo följa upp till mötet => action | owners=bo | text=följa upp | due=2026-12-01
åtgärd @bo ringa 30/2 => action | owners=bo | text=ringa 30/2 | problem=bad_date | problem_words=30/2
åtgärd @bo ringa senast igår => action | owners=bo | text=ringa senast igår | problem=bad_date | problem_words=senast igår
åtgärd @bo ringa farmor igår => action | owners=bo | text=ringa farmor igår | problem=bad_date | problem_words=igår
åtgärd @bo ringa farmor i förrgår => action | owners=bo | text=ringa farmor i förrgår | problem=bad_date | problem_words=i förrgår
åtgärd @bo ringa farmor i fredags => action | owners=bo | text=ringa farmor i fredags | problem=bad_date | problem_words=i fredags
åtgärd @bo ringa farmor förra fredagen => action | owners=bo | text=ringa farmor förra fredagen | problem=bad_date | problem_words=förra fredagen
action @bo call grandma yesterday => action | owners=bo | text=call grandma yesterday | problem=bad_date | problem_words=yesterday
åtgärd @bo => action | owners=bo | problem=no_text
åtgärd @bo på fredag => action | owners=bo | due=2026-11-27 | problem=no_text
att göra: Bo ringer, Anna skriver => action | owners=bo | text=ringer, Anna skriver
uppgift @bo ringa kommunen => action | owners=bo | text=ringa kommunen
todo @bo ringa kommunen => action | owners=bo | text=ringa kommunen
TODO: ring kommunen => action | text=ring kommunen
Anna ringer Bo i morgon => action | owners=anna | text=ringer Bo | due=2026-11-24
jag ska ringa hemtjänsten på torsdag => action | owners=anna | text=ringa hemtjänsten | due=2026-11-26
jag lovar att ringa hemtjänsten på torsdag => action | owners=anna | text=ringa hemtjänsten | due=2026-11-26
ny åtgärd @bo ringa kommunen => action | owners=bo | text=ringa kommunen
påminn mig i morgon att ringa => action | owners=anna | text=ringa | due=2026-11-24
åtgärd @bo ringa kommunen före helgen => action | owners=bo | text=ringa kommunen | due=2026-11-27
åtgärd @bo ringa kommunen innan fredag => action | owners=bo | text=ringa kommunen | due=2026-11-26 | alternatives=2026-11-27 | sure=no
åtgärd @bo ringa kommunen i övermorgon => action | owners=bo | text=ringa kommunen | due=2026-11-25
åtgärd @bo ringa kommunen den 5:e => action | owners=bo | text=ringa kommunen | due=2026-12-05
åtgärd @bo ringa kommunen första vardagen i december => action | owners=bo | text=ringa kommunen | due=2026-12-01
åtgärd @bo ringa kommunen innan jul => action | owners=bo | text=ringa kommunen | due=2026-12-23
åtgärd @bo ringa kommunen trettondagsafton => action | owners=bo | text=ringa kommunen | due=2027-01-05
åtgärd @bo ringa kommunen senast 14.00 i morgon => action | owners=bo | text=ringa kommunen | due=2026-11-24T14:00
åtgärd @bo ringa kommunen idag kl 15 => action | owners=bo | text=ringa kommunen | due=2026-11-23T15:00
åtgärd: kolla läkemedelslistan - @cecilia - fredag => action | owners=cecilia | text=kolla läkemedelslistan | due=2026-11-27
åtgärd ringa kommunen. Ansvarig: Bo. Senast: fredag. => action | owners=bo | text=ringa kommunen | due=2026-11-27
åtgärd: Ringa kommunen, Bo, fredag => action | owners=bo | text=Ringa kommunen | due=2026-11-27
åtgärd Bo: ringa kommunen, fredag => action | owners=bo | text=ringa kommunen | due=2026-11-27
åtgärd @bo, @anna: ringa kommunen => action | owners=bo,anna | text=ringa kommunen
åtgärd bo+anna ringa kommunen => action | owners=bo,anna | text=ringa kommunen
åtgärd anna & bo ringa kommunen => action | owners=anna,bo | text=ringa kommunen
åtgärd Anna, Bo och Cecilia läser planen => action | owners=anna,bo,cecilia | text=läser planen
åtgärd ringa kommunen ansvariga Anna och Bo senast 4/12 => action | owners=anna,bo | text=ringa kommunen | due=2026-12-04
åtgärd Bo tar kontakt med vårdcentralen i veckan => action | owners=bo | text=tar kontakt med vårdcentralen | due=2026-11-27 | week=48
åtgärd Bo får ringa kommunen => action | owners=bo | text=ringa kommunen
åtgärd Bo kollar med Anna om rullstolen senast onsdag => action | owners=bo | text=kollar med Anna om rullstolen | due=2026-11-25
åtgärd ringa Maj på måndag mellan 9 och 10 => action | text=ringa Maj | due=2026-11-30T09:00 | alternatives=2026-11-23T09:00 | sure=no
åtgärd @bo ringa 070-123 45 67 kl 15 i morgon => action | owners=bo | text=ringa 070-123 45 67 | due=2026-11-24T15:00
åtgärd @bo ge 1/2 tablett kl 8 varje dag => action | owners=bo | text=ge 1/2 tablett kl 8 varje dag
åtgärd @bo beställa 2 kg mjöl till fredag => action | owners=bo | text=beställa 2 kg mjöl | due=2026-11-27
åtgärd städa rum 12 på fredag ansvarig Dag => action | owners=dag | text=städa rum 12 | due=2026-11-27
åtgärd följa upp åtgärd 12 på fredag => action | text=följa upp åtgärd 12 | due=2026-11-27
åtgärd @bo skicka mail till karin@example.org på fredag => action | owners=bo | text=skicka mail till karin@example.org | due=2026-11-27
åtgärd "ringa kommunen" @bo => action | owners=bo | text=ringa kommunen
[ ] åtgärd @bo ringa kommunen => action | owners=bo | text=ringa kommunen
- åtgärd @bo ringa kommunen => action | owners=bo | text=ringa kommunen
åtgärd:ringa kommunen => action | text=ringa kommunen
åtgärd:@bo ringa kommunen => action | owners=bo | text=ringa kommunen
Atgärd @bo ringa kommunen => action | owners=bo | text=ringa kommunen
/NVG Åtgärd @bo ringa kommunen => action | owners=bo | text=ringa kommunen
åtgärd @bo ringa kommunen tack => action | owners=bo | text=ringa kommunen
åtgärd: Selma behöver ny rullstol, Bo kollar senast fredag => action | text=Selma behöver ny rullstol, Bo kollar | due=2026-11-27
åtgärd kontakta försäkringskassan (ansvarig: Cecilia, senast 10/12) => action | owners=cecilia | text=kontakta försäkringskassan | due=2026-12-10
åtgärd Cecilia Lund bokar SIP-möte v 50 => action | owners=cecilia | text=bokar SIP-möte | due=2026-12-11 | week=50
åtgärd @cecilia @dag gå igenom planen var för sig senast fredag => action | owners=cecilia,dag | text=gå igenom planen | due=2026-11-27 | each=yes
åtgärd ring hemtjänsten på fredag => action | text=ring hemtjänsten | due=2026-11-27
åtgärd @bo mäta blodtryck 2 ggr/dag till fredag => action | owners=bo | text=mäta blodtryck 2 ggr/dag | due=2026-11-27
åtgärd @bo beställa 10 st inkontinensskydd => action | owners=bo | text=beställa 10 st inkontinensskydd
åtgärd @bo ringa Arvika kommun 0570-816 00 senast 14/12 => action | owners=bo | text=ringa Arvika kommun 0570-816 00 | due=2026-12-14
åtgärd anna: ny tid hos dr Holm 3/12 kl 10.30 => action | owners=anna | text=ny tid hos dr Holm | due=2026-12-03T10:30
@bo fråga Anna => action | owners=bo | text=fråga Anna
@bo följ upp på fredag => action | owners=bo | text=följ upp | due=2026-11-27
Bo, ring kommunen på fredag => action | owners=bo | text=ring kommunen | due=2026-11-27
påminn bo om att ringa kommunen på fredag => action | owners=bo | text=ringa kommunen | due=2026-11-27
åtgärd kolla lampan v6 => action | text=kolla lampan | due=2027-02-12 | week=6
åtgärd kolla lampan senast v6 => action | text=kolla lampan | due=2027-02-12 | week=6
åtgärd kolla lampan v 6 på badrummet => action | text=kolla lampan på badrummet | due=2027-02-12 | week=6
åtgärd kolla lampan v6 @bo => action | owners=bo | text=kolla lampan | due=2027-02-12 | week=6
åtgärd v6 kolla lampan => action | text=kolla lampan | due=2027-02-12 | week=6
åtgärd boka tid v50 tisdag => action | text=boka tid | due=2026-12-08 | week=50
åtgärd ring läkaren v50 angående sår => action | text=ring läkaren angående sår | due=2026-12-11 | week=50
åtgärd läkarbesök v 50 ska bokas => action | text=läkarbesök ska bokas | due=2026-12-11 | week=50
åtgärd kolla v6 lampan => action | text=kolla v6 lampan | due=2027-02-12 | week=6 | sure=no
åtgärd kolla v6 lampan på fredag => action | text=kolla v6 lampan | due=2026-11-27
åtgärd hembesök v50 arbetsterapeut => action | text=hembesök v50 arbetsterapeut | due=2026-12-11 | week=50 | sure=no
åtgärd kolla rum v6 => action | text=kolla rum v6
åtgärd beställ v60 rullstol => action | text=beställ v60 rullstol
åtgärd beställ rullstol v60 => action | text=beställ rullstol v60 | problem=bad_date | problem_words=v60
åtgärd ringa skolan efter sportlovet => action | text=ringa skolan efter sportlovet | problem=bad_date | problem_words=efter sportlovet
åtgärd ringa skolan senast påsklovet => action | text=ringa skolan senast påsklovet | problem=bad_date | problem_words=senast påsklovet
åtgärd Bo ringer efter terminsstarten => action | owners=bo | text=ringer efter terminsstarten | problem=bad_date | problem_words=efter terminsstarten
åtgärd planera höstlovet => action | text=planera höstlovet
åtgärd prata om sportlovet med mamma => action | text=prata om sportlovet med mamma
åtgärd ordna avlösning under höstlovet => action | text=ordna avlösning under höstlovet
åtgärd @bo ring om sportlovet senast 3/12 => action | owners=bo | text=ring om sportlovet | due=2026-12-03
åtgärd ordna avlösning till höstlovet senast fredag => action | text=ordna avlösning till höstlovet | due=2026-11-27
åtgärd ringa hemtjänsten om kvällspasset Cecilia => action | owners=cecilia | text=ringa hemtjänsten om kvällspasset
åtgärd ringa hemtjänsten om kvällspasset cecilia => action | owners=cecilia | text=ringa hemtjänsten om kvällspasset
åtgärd kolla läkemedelslistan Cecilia på fredag => action | owners=cecilia | text=kolla läkemedelslistan | due=2026-11-27
åtgärd ringa hemtjänsten på fredag Cecilia => action | owners=cecilia | text=ringa hemtjänsten | due=2026-11-27
åtgärd ring hemtjänsten senast fredag Bo Ek => action | owners=bo | text=ring hemtjänsten | due=2026-11-27
åtgärd ringa dottern på fredag Cecilia => action | owners=cecilia | text=ringa dottern | due=2026-11-27
ring kommunen på fredag Cecilia => action | owners=cecilia | text=ring kommunen | due=2026-11-27
åtgärd ringa dottern Cecilia => action | text=ringa dottern Cecilia
åtgärd ring läkaren Anna => action | text=ring läkaren Anna
åtgärd ring äldreboendet Cecilia => action | text=ring äldreboendet Cecilia
åtgärd ring hemtjänsten senast fredag med Cecilia => action | text=ring hemtjänsten med Cecilia | due=2026-11-27
åtgärd ring på fredag Cecilia => action | text=ring Cecilia | due=2026-11-27
åtgärd uppföljning läkemedel Anna => action | text=uppföljning läkemedel Anna
åtgärd ringa kommunen Cecilia Dahl => action | text=ringa kommunen Cecilia Dahl
åtgärd kolla var hon ska bo => action | text=kolla var hon ska bo
åtgärd ssk lägger om såret tis tors lör => action | text=ssk lägger om såret tis tors lör | due=2026-11-28 | alternatives=2026-11-24,2026-11-26 | sure=no
flytta mötet med kommunen till fredag => action | text=flytta mötet med kommunen | due=2026-11-27
boka möte med kommunen på fredag => action | text=boka möte med kommunen | due=2026-11-27
åtgärd boka taxi 10 dec till 3 dec => action | text=boka taxi | due=2026-12-10 | alternatives=2026-12-03 | sure=no
åtgärd nr 12 är klar => done | id=12
åtgärd ring sonen senast julafton 2025 => action | text=ring sonen | problem=past_date | problem_words=senast julafton 2025
åtgärd ring hab på måndag, bo fixar => action | alternatives=2026-11-23 | due=2026-11-30 | owners=bo | sure=no | text=ring hab
mejla handläggaren före fredag lunch, dag gör det => action | due=2026-11-27T12:00 | owners=dag | text=mejla handläggaren
åtgärd bo ringa imorn kl 2.30 => action | alternatives=2026-11-24T02:30 | due=2026-11-24T14:30 | owners=bo | sure=no | text=ringa
åtgärd bo ringa imorn halv tre => action | due=2026-11-24T14:30 | owners=bo | text=ringa
åtgärd bo ringa imorn kl 02.30 => action | due=2026-11-24T02:30 | owners=bo | text=ringa
glöm inte ta upp skorna på mötet => agenda_add | text=skorna
glöm inte ta upp skorna => agenda_add | text=skorna
åtgärd bo skicka kallelsen sen 4 dec => action | owners=bo | text=skicka kallelsen | due=2026-12-04 | sure=no
åtgärd bo kolla varför hon väntat sen 3 november => action | owners=bo | text=kolla varför hon väntat sen 3 november
skriv upp bo på att byta lås före helgen => action | owners=bo | text=byta lås | due=2026-11-27
åtgärd bo köp strumpor strl 38/40 t onsdag => action | owners=bo | text=köp strumpor strl 38/40 | due=2026-11-25
åtgärd bo meddela dottern att vi ses 9/12 => action | owners=bo | text=meddela dottern att vi ses | due=2026-12-09 | alternatives=2026-12-01 | sure=no
"""

# Decisions and lessons.
DECISIONS = """
lärdom: ring före åtta => lesson | text=ring före åtta
beslut: hemtjänsten kommer 2 ggr/dag, ansvarig @bo => decision | owners=bo | text=hemtjänsten kommer 2 ggr/dag
vi beslutar att prova ny medicin => decision | text=prova ny medicin
beslut @bo hemtjänsten kommer senast fredag => decision | owners=bo | text=hemtjänsten kommer | due=2026-11-27
beslut: vi provar ny tid för duschen => decision | text=vi provar ny tid för duschen
Beslut - hemtjänsten kommer tidigare, Bo ansvarar => decision | owners=bo | text=hemtjänsten kommer tidigare
beslut: Anna ansvarar för läkemedlen => decision | owners=anna | text=ansvarar för läkemedlen
beslut: @anna byter sjukgymnast, ansvarig @bo => decision | owners=bo | text=Anna Berg byter sjukgymnast
beslut: @anna och @bo ska träffas, ansvarig: @bo => decision | owners=bo | text=Anna Berg och Bo Ek ska träffas
beslut ny larmtelefon, ansvarig Cecilia, senast 15 december => decision | owners=cecilia | text=ny larmtelefon | due=2026-12-15
beslut att hemtjänsten kommer på fredagar => decision | text=hemtjänsten kommer på fredagar
vi har beslutat att byta hjälpmedel => decision | text=byta hjälpmedel
vi bestämmer att dosetten delas på måndagar => decision | text=dosetten delas på måndagar
beslutat: dosett => decision | text=dosett
nytt beslut: dosett => decision | text=dosett
lärdom ring före åtta => lesson | text=ring före åtta
vi lärde oss att ringa tidigt => lesson | text=ringa tidigt
beslut: Bo ringer hemtjänsten varje fredag => decision | owners=bo | text=ringer hemtjänsten varje fredag
beslut 12 gäller => decision | text=12 gäller
lärdom - ring innan 8 => lesson | text=ring innan 8
lärdom inget kaffe efter fyra => lesson | text=inget kaffe efter fyra
ny lärdom mycket hjälper det att ringa före => lesson | text=mycket hjälper det att ringa före
vi har lärt oss mycket => none
beslut B4 ändra till hemtjänsten kommer tre gånger => edit | ref=B4 | text=hemtjänsten kommer tre gånger
beslut B4 ändras till att hemtjänsten kommer tre gånger => edit | ref=B4 | text=hemtjänsten kommer tre gånger
beslut B4 ska vara tre besök => edit | ref=B4 | text=tre besök
beslut 4 ändra texten till tre besök => edit | ref=B4 | text=tre besök
ändra beslut B4 till tre besök => edit | ref=B4 | text=tre besök
ändra beslut 4 till tre besök => edit | ref=B4 | text=tre besök
ändra i beslut B4: tre besök => edit | ref=B4 | text=tre besök
ändra texten i B4 till tre besök => edit | ref=B4 | text=tre besök
rätta B4: tre besök => edit | ref=B4 | text=tre besök
beslut B4 stryks => cancel | ref=B4
ta bort beslut 4 => cancel | ref=B4
beslut B4 => show | ref=B4
visa beslut 4 => show | ref=B4
beslut B4 och B5 följs upp i juni => decision | text=B4 och B5 följs upp i juni
beslut B12 spruta ges varje månad => decision | text=B12 spruta ges varje månad
beslut B2-vitamin ges varje dag => decision | text=B2-vitamin ges varje dag
beslut 2 besök per dag => decision | text=2 besök per dag
beslut 4 gånger om dagen kommer hemtjänsten => decision | text=4 gånger om dagen kommer hemtjänsten
decision B4 change to three visits => edit | ref=B4 | text=three visits
beslut nr 1 ändras till promenad varje dag => edit | ref=B1 | text=promenad varje dag
beslut 1 ändra medicinen till kvällen => decision | text=1 ändra medicinen till kvällen
beslut 2 flytta henne till korttids => decision | text=2 flytta henne till korttids
"""

# How it went: done, stuck, lifted, helped, time spent.
PROGRESS = """
klar 12 hon sover bättre => done | text=hon sover bättre | id=12
12 klar => done | id=12
klart #12 => done | id=12
12 är klar => done | id=12
#12 ✓ => done | id=12
klar med 12 => done | id=12
färdig 12 => done | id=12
fixat 12 => done | id=12
done 12 => done | id=12
klar 3, 5 och 7 => done | id=3 | ids=3,5,7
12: klar, hon sover bättre => done | text=hon sover bättre | id=12
klar ringa hemtjänsten => done | text=ringa hemtjänsten
bock 12 => done | id=12
klar => done | problem=no_number
kommer inte vidare 12 saknar behörighet => blocked | text=saknar behörighet | id=12
fastnat 12: ingen svarar => blocked | text=ingen svarar | id=12
12 fastnat => blocked | id=12
stuck 12 => blocked | id=12
12 kommer inte vidare, saknar behörighet => blocked | text=saknar behörighet | id=12
hissa 12 saknar behörighet => escalate | text=saknar behörighet | id=12
hissa: vem betalar taxi? => escalate | text=vem betalar taxi?
hissa akut ingen läkare i helgen => escalate | text=ingen läkare i helgen | urgent=yes
hissa idé gemensam telefonlista => escalate | text=gemensam telefonlista | idea=yes
lyft 12 => escalate | id=12
tid 20 min => time_spent | minutes=20
tid 12 20 min => time_spent | id=12 | minutes=20
la 15 minuter på 12 => time_spent | id=12 | minutes=15
1,5 timme => time_spent | minutes=90
en halvtimme => time_spent | minutes=30
12 done => done | id=12
12 is done => done | id=12
12 is stuck => blocked | id=12
12 helped => outcome | id=12 | result=helped
12 partly helped => outcome | id=12 | result=partly
12 did not help => outcome | id=12 | result=no
12 hjälpte => outcome | id=12 | result=helped
12 hjälpte delvis => outcome | id=12 | result=partly
hjälpte inte 12 => outcome | id=12 | result=no
@nvg klar 12 => done | id=12
12 klart! => done | id=12
klar 12! => done | id=12
öppna 12 igen => reopen | id=12
öppna igen 12 => reopen | id=12
öppna 12 och 13 => reopen | id=12 | ids=12,13
reopen 12 => reopen | id=12
öppna 12 fönster => none
öppna B2 => none
öppna fönstret i rum 12 => none
glöm inte o ringa vc på onsdag => action | text=ringa vc | due=2026-11-25
glöm inte att @bo ska ringa vc på onsdag => action | text=ringa vc | owners=bo | due=2026-11-25
kom ihåg å mejla kuratorn => action | text=mejla kuratorn
glöm inte nycklarna => none
glöm inte att hon är allergisk => none
glöm inte bort att ringa vc => action | text=ringa vc
don't forget to call the ward on Wednesday => action | text=call the ward | due=2026-11-25
la ner 1,5 h på 12 => time_spent | id=12 | minutes=90
vi tar uppehåll till 7 jan => pause | until=2027-01-07
vem har 12? => show | id=12
va ska ja göra idag => mine
Klar 12, hon fick tid => done | text=hon fick tid | id=12
klar #12: hon fick tid den 3/12 => done | text=hon fick tid den 3/12 | id=12
klar nr 12 => done | id=12
klart 12 tack => done | id=12
jag är klar med 12 => done | id=12
har gjort klart 12 => done | id=12
nr 12 är klar => done | id=12
3 och 5 är klara => done | id=3 | ids=3,5
klar 1-3 => done | id=1 | ids=1,2,3
klar 1 2 3 => done | id=1 | ids=1,2,3
hissa => escalate | problem=no_text
hissa 12 => escalate | id=12
hissa 12 till kommittén: ingen behörighet => escalate | text=ingen behörighet | id=12
hissa upp 12 => escalate | id=12
hissa vi saknar taxi => escalate | text=vi saknar taxi
lyft frågan om taxi till kommittén => escalate | text=frågan om taxi
eskalera 12 => escalate | id=12
hissa brådskande: ingen läkare => escalate | text=ingen läkare | urgent=yes
tid: en halvtimme => time_spent | minutes=30
tid 12 en kvart => time_spent | id=12 | minutes=15
tid 1,5 h => time_spent | minutes=90
tid 12 => time_spent | id=12 | problem=no_time
tid => time_spent | problem=no_time
20 min på 12 => time_spent | id=12 | minutes=20
det tog 20 min => time_spent | minutes=20
la en timme på 3 => time_spent | id=3 | minutes=60
KLAR 12 => done | id=12
Klar 12. => done | id=12
klar12 => done | id=12
klar#12 => done | id=12
Klar: 12 => done | id=12
klar 12 och 13 hon sover => done | text=hon sover | id=12 | ids=12,13
klar 12 & 13 => done | id=12 | ids=12,13
klart med åtgärd 12, tid bokad 3/12 => done | text=tid bokad 3/12 | id=12
åtgärd 12 klar => done | id=12
åtgärd 12 är klar => done | id=12
åtgärd #12 klar => done | id=12
uppgift 12 klar => done | id=12
hinder 12 ingen taxi => blocked | text=ingen taxi | id=12
kan inte gå vidare med 12 => blocked | id=12
kommer inte vidare med 12: saknar behörighet => blocked | text=saknar behörighet | id=12
jag kommer inte vidare med 12 => blocked | id=12
jag har fastnat på 12 => blocked | id=12
Bo kommer inte vidare med 12 => blocked | id=12
hissa 12 för att vi saknar behörighet => escalate | text=vi saknar behörighet | id=12
hissa: behörighet till journalen saknas => escalate | text=behörighet till journalen saknas
hissa behörighet till journalen saknas => escalate | text=behörighet till journalen saknas
hissa till GK: behörighet saknas => escalate | text=behörighet saknas
hissa akut: ingen läkare i helgen => escalate | text=ingen läkare i helgen | urgent=yes
hissa idé: gemensam lista => escalate | text=gemensam lista | idea=yes
klar 12 – hon har fått sin rullstol => done | text=hon har fått sin rullstol | id=12
12 är klar, hon sover bättre => done | text=hon sover bättre | id=12
klart med 12 => done | id=12
klar punkt 12 => done | id=12
12 löst => done | id=12
löst 12 => done | id=12
hissa 7 kommunen svarar inte => escalate | text=kommunen svarar inte | id=7
hissa akut 7 kommunen svarar inte => escalate | text=kommunen svarar inte | id=7 | urgent=yes
tid 45 minuter på 12 => time_spent | id=12 | minutes=45
jag la 2 timmar på 12 => time_spent | id=12 | minutes=120
tid 12: 20 min telefon => time_spent | text=telefon | id=12 | minutes=20
lade 30 min => time_spent | minutes=30
3 är inte klar => reopen | id=3 | topic=not_done
3:an är inte klar än => reopen | id=3 | topic=not_done
trean är inte klar => reopen | id=3 | topic=not_done
12 är inte klar, väntar svar => reopen | id=12 | text=väntar svar | topic=not_done
12 nästan klar => reopen | id=12 | topic=nearly
12 är inte klara än => reopen | id=12 | topic=not_done
3 och 12 är inte klara => reopen | id=3 | ids=3,12 | topic=not_done
inte klar med 3 => reopen | id=3 | topic=not_done
jag är inte klar med 12 => reopen | id=12 | topic=not_done
not done 12 => reopen | id=12 | topic=not_done
12 is not done => reopen | id=12 | topic=not_done
12 isn't done yet => reopen | id=12 | topic=not_done
är 12 inte klar? => show | id=12
12 tog en kvart => time_spent | id=12 | minutes=15
12 ska vara på bo => change | id=12 | owners=bo
12 till torsdag istället => change | due=2026-11-26 | id=12
klar B2 => done | ref=B2
"""

# New dates and owners, corrections, undo.
CHANGES = """
flytta 12 till fredag => change | due=2026-11-27 | id=12
12 till fredag => change | due=2026-11-27 | id=12
skjut 12 en vecka => change | id=12 | shift_days=7
skjut upp 12 till v 50 => change | due=2026-12-11 | id=12 | week=50
ge 12 till @bo => change | owners=bo | id=12
ge 12 till fati => change | id=12 | unknown_owner=fati | problem=no_owner | problem_words=fati | sure=no
ge 12 till Lisa på torsdag => change | id=12 | unknown_owner=Lisa | problem=no_owner | problem_words=Lisa | sure=no
ge 12 till cecilia holm => change | id=12 | unknown_owner=Cecilia holm | problem=no_owner
ge 12 till Cecilia för hon har tid => change | owners=cecilia | id=12
ge 12 till Cecilia och Lisa => change | id=12 | unknown_owner=Lisa | problem=no_owner
ge 12 till fredag => change | due=2026-11-27 | id=12
ge 12 => change | id=12 | problem=no_owner
lämna över 12 till Bo => change | owners=bo | id=12
bo tar 12 => change | owners=bo | id=12
jag tar 12 => change | owners=anna | id=12
ändra 12 till torsdag => change | due=2026-11-26 | id=12
nytt datum 12 fredag => change | due=2026-11-27 | id=12
12 senast fredag => change | due=2026-11-27 | id=12
ta bort 12 => cancel | id=12
stryk 12 => cancel | id=12
ångra => undo
ångra 12 => undo | id=12
fel => undo
bo takes 12 => change | owners=bo | id=12
visa 12 => show | id=12
ändra 12 till ringa boendet => edit | text=ringa boendet | id=12
ändra B2: hemtjänsten kommer tre gånger => edit | text=hemtjänsten kommer tre gånger | ref=B2
flytta 12 till 32/13 => change | id=12 | problem=bad_date | problem_words=32/13
ändra 12 till 32/13 => change | id=12 | problem=bad_date | problem_words=32/13
ändra 12 till den 32:a => change | id=12 | problem=bad_date | problem_words=den 32
ändra 12 senast 30/2 => change | id=12 | problem=bad_date | problem_words=30/2
ändra 12 till ringa om 32/13 => edit | text=ringa om 32/13 | id=12
flytta 12 till fredag v 60 => change | id=12 | problem=bad_date | problem_words=till fredag v 60
åtgärd @bo ringa kommunen senast fredag v 60 => action | owners=bo | text=ringa kommunen senast fredag v 60 | problem=bad_date | problem_words=senast fredag v 60
flytta 12 => change | id=12 | problem=no_date
flytta fram 12 en vecka => change | id=12 | shift_days=7
flytta fram 12 till måndag => change | due=2026-11-30 | id=12 | alternatives=2026-11-23 | sure=no
flytta 12 till nästa möte => change | due=2026-12-01 | id=12
flytta 12 till @bo => change | owners=bo | id=12
flytta 12 till 3/12 => change | due=2026-12-03 | id=12
flytta 12 till 20/11 => change | due=2027-11-20 | id=12 | sure=no
skjut 3 och 5 en vecka => change | id=3 | ids=3,5 | shift_days=7
flytta 3 och 5 till fredag => change | due=2026-11-27 | id=3 | ids=3,5
ge bo 12 => change | owners=bo | id=12
@bo ta 12 => change | owners=bo | id=12
@bo tar 12 => change | owners=bo | id=12
bo tar över 12 => change | owners=bo | id=12
ta 12 => change | owners=anna | id=12
12 till @bo => change | owners=bo | id=12
12 till bo => change | owners=bo | id=12
12 på fredag => change | due=2026-11-27 | id=12
12 ny ansvarig bo => change | owners=bo | id=12
ändra 12 till fredag kl 14 => change | due=2026-11-27T14:00 | id=12
byt ansvarig 12 till bo => change | owners=bo | id=12
ta bort #12 => cancel | id=12
ta bort åtgärd 12 => cancel | id=12
stryk 3, 5 => cancel | id=3 | ids=3,5
ta bort 3 4 => cancel | id=3 | ids=3,4
ta bort B2 => cancel | ref=B2
jag fixade 12 => done | id=12
jag gjorde 2 besök => none
klart me 12 => done | id=12
bo är klar me 12 => done | id=12
kommer ej vidare m 12 ingen svarar => blocked | text=ingen svarar | id=12
12 kan vänta till fredag => change | due=2026-11-27 | id=12
hissa att vi inte når läkaren => escalate | text=vi inte når läkaren
åtg ringa kommunen => action | text=ringa kommunen
ångra det sista => undo
hoppsan, ångra => undo
ta bort B1 och B2 => cancel | ref=B1 | refs=B1,B2
ta bort beslut 1 och 2 => cancel | ref=B1 | refs=B1,B2
ta bort B1 och 2 mattor => cancel | ref=B1 | text=och 2 mattor
vi löser H1, h2 och H3 själva => withdraw_matter | ref=H1 | refs=H1,H2,H3
H1 och H2 hjälpte => outcome | ref=H1 | refs=H1,H2 | result=helped
hissa 1 och 2 => escalate | id=1 | ids=1,2
fastnat 1 och 2 ingen svarar => blocked | text=ingen svarar | id=1 | ids=1,2
jag tar 1 och 2 => change | owners=anna | id=1 | ids=1,2
avbryt => cancel | problem=no_number
12 utgår => cancel | id=12
ångra det => undo
oj fel => undo
ångrar mig => undo
visa #12 => show | id=12
#12 => show | id=12
12 => show | id=12
B2 => show | ref=B2
rätta 12: ringa boendet => edit | text=ringa boendet | id=12
angra => undo
åtgärd 12 till fredag => change | due=2026-11-27 | id=12
skjut på 12 till torsdag => change | due=2026-11-26 | id=12
skjut 12 till torsdag => change | due=2026-11-26 | id=12
senarelägg 12 till 15/12 => change | due=2026-12-15 | id=12
nytt datum för 12: 15/12 => change | due=2026-12-15 | id=12
12: fredag => change | due=2026-11-27 | id=12
#12 fredag => change | due=2026-11-27 | id=12
12 fredag => change | due=2026-11-27 | id=12
12 15/12 => change | due=2026-12-15 | id=12
flytta 12 till fredag hon är sjuk => change | text=hon är sjuk | due=2026-11-27 | id=12
flytta 12 till igår => change | id=12 | problem=bad_date | problem_words=till igår
flytta 12 till 30 februari => change | id=12 | problem=bad_date | problem_words=30 februari
flytta 12 till v 54 => change | id=12 | problem=bad_date | problem_words=v 54
ge över 12 till bo => change | owners=bo | id=12
överlåt 12 till cecilia => change | owners=cecilia | id=12
lämna 12 till bo => change | owners=bo | id=12
ta bort beslut B2 => cancel | ref=B2
ändra beslut B2: hemtjänsten kommer tre gånger => edit | text=hemtjänsten kommer tre gånger | ref=B2
ändra B2 till hemtjänsten kommer tre gånger => edit | text=hemtjänsten kommer tre gånger | ref=B2
var snäll och flytta 12 till fredag => change | due=2026-11-27 | id=12
snälla flytta 12 till fredag => change | due=2026-11-27 | id=12
flytta 12 till fredag, tack => change | due=2026-11-27 | id=12
flytta 12 två dagar => change | id=12 | shift_days=2
skjut fram 12 till nästa vecka => change | due=2026-12-04 | id=12 | week=49
12 nästa vecka => change | due=2026-12-04 | id=12 | week=49 | alternatives=2026-11-30 | sure=no
ge 12 till Cecilia senast fredag => change | owners=cecilia | due=2026-11-27 | id=12
jag kan ta 12 => change | owners=anna | id=12
Dag tar 12 till fredag => change | owners=dag | due=2026-11-27 | id=12
byt 12 till bo => change | owners=bo | id=12
ändra ansvarig på 12 till bo => change | owners=bo | id=12
ändra datum på 12 till fredag => change | due=2026-11-27 | id=12
åtgärd 12 ändra till ringa boendet => edit | id=12 | text=ringa boendet
åtgärd 12 flytta till fredag => change | id=12 | due=2026-11-27
åtgärd 12 ta bort => cancel | id=12
åtgärd 3 flaskor flyttas till förrådet => action | text=3 flaskor flyttas till förrådet
åtgärd 2 personer ska flytta soffan => action | text=2 personer ska flytta soffan
flytta tolvan till fredag => change | id=12 | due=2026-11-27
flytta tolv till fredag => change | id=12 | due=2026-11-27
flytta nummer tolv en vecka => change | id=12 | shift_days=7
skjut upp tolvan en vecka => change | id=12 | shift_days=7
ge tolvan till Bo => change | id=12 | owners=bo
Bo tar tolvan => change | id=12 | owners=bo
jag tar tolvan => change | id=12 | owners=anna
tolvan till fredag => change | id=12 | due=2026-11-27
nummer tolv till fredag => change | id=12 | due=2026-11-27
ta bort trean => cancel | id=3
visa tolvan => show | id=12
klar med tolvan => done | id=12
klar med ettan => done | id=1
klar trean och femman => done | id=3 | ids=3,5
klar nummer tolv => done | id=12
nummer tolv är klar => done | id=12
nummer ett är klart => done | id=1
tolvan är klar => done | id=12
åtgärd tolv är klar => done | id=12
kommer inte vidare med tolvan => blocked | id=12
tolvan kommer inte vidare => blocked | id=12
hissa tolvan saknar behörighet => escalate | id=12 | text=saknar behörighet
hissa tvåan saknar personal => escalate | text=tvåan saknar personal
tid tolvan 20 min => time_spent | id=12 | minutes=20
20 min på tolvan => time_spent | id=12 | minutes=20
åtgärd femman ska städas => action | text=femman ska städas
åtgärd ring femman om larmet => action | text=ring femman om larmet
flytta 12 till efter sportlovet => change | id=12 | problem=bad_date | problem_words=till efter sportlovet
12 till efter höstlovet => change | id=12 | problem=bad_date | problem_words=till efter höstlovet
ge => change | topic=ge | problem=half
byt ansvarig => change | topic=byt ansvarig | problem=half
rätta => edit | topic=ratta | problem=half
hissa vidare => escalate_further | topic=hissa vidare | problem=half
jag tar => take | topic=jag tar | problem=half
klar m 12 => done | id=12
flytta 12 ett par dagar => change | id=12 | problem=no_date | problem_words=ett par dagar
åtgärd 12 ta bort mattan => action | text=12 ta bort mattan
åtgärd 12 ändra ordningen i skåpet => action | text=12 ändra ordningen i skåpet
åtgärd 12 flytta möbler till förrådet => action | text=12 flytta möbler till förrådet
"""

# Meetings and their agenda.
MEETINGS = """
möte tisdagar 13:00 => schedule | weekday=1 | time=13:00 | interval=1
möte tisdagar och fredagar 8:15-8:30 => schedule | weekday=1 | time=08:15 | minutes=15 | interval=1 | slots=1 08:15 15, 4 08:15 15
möte varannan torsdag 14-15 => schedule | weekday=3 | time=14:00 | minutes=60 | interval=2
möte tisdag 13 => schedule | weekday=1 | time=13:00 | interval=1 | alternatives=2026-11-24T13:00 | sure=no
nytt möte torsdag 3/12 kl 13 => schedule | weekday=3 | time=13:00 | interval=1 | when=2026-12-03T13:00
möte i morgon kl 9-10 => schedule | weekday=1 | time=09:00 | minutes=60 | interval=1 | when=2026-11-24T09:00
möte på torsdag kl 10-11 => schedule | weekday=3 | time=10:00 | minutes=60 | interval=1 | when=2026-11-26T10:00
möte inställt v 52 => cancel_meeting | week=52
det blir inget möte på tisdag => cancel_meeting | when=2026-11-24
möte på torsdag kl 10 => schedule | weekday=3 | time=10:00 | interval=1 | when=2026-11-26T10:00
extramöte torsdag 10 => schedule | weekday=3 | time=10:00 | interval=1 | when=2026-11-26T10:00
vi ses tisdagar 13 => schedule | weekday=1 | time=13:00 | interval=1
veckomöte tis 13-13.30 => schedule | weekday=1 | time=13:00 | minutes=30 | interval=1
flytta mötet till onsdag kl 10 => reschedule | when=2026-11-25T10:00 | alternatives=2026-12-02T10:00 | sure=no
flytta mötet på tisdag till onsdag 10 => reschedule | when=2026-11-25T10:00 | which=2026-11-24
flytta alla möten till onsdagar 10 => reschedule | weekday=2 | time=10:00 | interval=1 | all=yes
flytta tisdagens möte till onsdag 10 => reschedule | when=2026-11-25T10:00 | which=2026-11-24
flytta mötet till kl 14 => reschedule | when=2026-12-01T14:00
byt mötestid till torsdagar 9 => reschedule | weekday=3 | time=09:00 | interval=1 | all=yes
ställ in mötet => cancel_meeting
ställ in mötet v 52 => cancel_meeting | week=52
ställ in tisdagens möte => cancel_meeting | when=2026-11-24
inget möte v 52 => cancel_meeting | week=52
mötet v 52 ställs in => cancel_meeting | week=52
hoppa över mötet på tisdag => cancel_meeting | when=2026-11-24
starta mötet => start_meeting
avsluta mötet => end_meeting
ta upp sömnen => agenda_add | text=sömnen
ta upp sömnen på mötet => agenda_add | text=sömnen
punkt: taxi => agenda_add | text=taxi
till dagordningen: taxi => agenda_add | text=taxi
Selma vill ta upp sömnen => agenda_add | text=sömnen | by_patient=yes
patienten vill ta upp sömnen => agenda_add | text=sömnen | by_patient=yes
parkera frågan om taxi => park | text=frågan om taxi
närvarande: @anna @bo => attend | owners=anna,bo
närvarande alla utom Bo => attend | owners=anna,cecilia,dag
alla är här utom bo och dag => attend | owners=anna,cecilia
alla utom Bo kan komma => none
här är anna, bo och dag => attend | owners=anna,bo,dag
öppna mötet igen => reopen_meeting
förläng mötet 15 min => extend | minutes=15
möte => schedule | interval=1 | problem=no_time
möte tisdagar => schedule | weekday=1 | interval=1 | problem=no_time
möte 13:00 => schedule | interval=1 | problem=no_weekday
möte 3/12 => schedule | interval=1 | when=2026-12-03 | problem=no_time
möte varje tisdag kl 13 i 45 minuter => schedule | weekday=1 | time=13:00 | minutes=45 | interval=1
möten tisdagar & fredagar 8.15–8.30 => schedule | weekday=1 | time=08:15 | minutes=15 | interval=1 | slots=1 08:15 15, 4 08:15 15
möte tis kl 13-14 på Teams => schedule | weekday=1 | time=13:00 | minutes=60 | interval=1 | alternatives=2026-11-24T13:00 | sure=no
möte första måndagen i månaden 10-11 => schedule | weekday=0 | time=10:00 | minutes=60 | interval=1 | nth=1
möte jämna veckor onsdagar 9 => schedule | weekday=2 | time=09:00 | interval=2 | parity=0
möte i morgon kl 9 => schedule | weekday=1 | time=09:00 | interval=1 | when=2026-11-24T09:00
möte 3/12 kl 10 => schedule | weekday=3 | time=10:00 | interval=1 | when=2026-12-03T10:00
boka möte torsdagar 14 => schedule | weekday=3 | time=14:00 | interval=1
möte var tredje måndag 10 => schedule | weekday=0 | time=10:00 | interval=3
möte tisdagar kl halv tre => schedule | weekday=1 | time=14:30 | interval=1
möte tisdagar 13 till och med 15 december => schedule | weekday=1 | time=13:00 | interval=1 | until=2026-12-15
möte tisdagar 13 t.o.m. 15 december => schedule | weekday=1 | time=13:00 | interval=1 | until=2026-12-15
möte tisdagar 13:00 till jul => schedule | weekday=1 | time=13:00 | interval=1 | until=2026-12-23
möte tisdagar 13-14 t jul => schedule | weekday=1 | time=13:00 | minutes=60 | interval=1 | until=2026-12-23
möte tisdagar till jul kl 13 => schedule | weekday=1 | time=13:00 | interval=1 | until=2026-12-23
möte tisdagar 13 fram till slutet av maj => schedule | weekday=1 | time=13:00 | interval=1 | until=2027-05-31
möte tisdagar 13 resten av året => schedule | weekday=1 | time=13:00 | interval=1 | until=2026-12-31
möte tisdagar 13 från januari => schedule | weekday=1 | time=13:00 | interval=1 | first=2027-01-01
möte tisdagar 13 till sommaren => schedule | interval=1 | problem=bad_date | problem_words=till sommaren
möte 20/11 kl 13 => schedule | interval=1 | problem=past_date | problem_words=20/11 kl 13
möte tisdagar 13-14 till den 15/12 => schedule | weekday=1 | time=13:00 | minutes=60 | interval=1 | until=2026-12-15
möte tisdagar 10 till 12 => schedule | weekday=1 | time=10:00 | minutes=120 | interval=1
möte tisdagar 13 från och med vecka 50 => schedule | weekday=1 | time=13:00 | interval=1 | first=2026-12-07
vi träffas varannan onsdag 10-11 => schedule | weekday=2 | time=10:00 | minutes=60 | interval=2
mötet är på tisdagar 13 => schedule | weekday=1 | time=13:00 | interval=1
mötestid torsdagar 9 => schedule | weekday=3 | time=09:00 | interval=1
flytta mötet => reschedule | problem=no_time
flytta mötet en vecka => reschedule | when=2026-12-08T13:00
flytta nästa möte till fredag => reschedule | when=2026-11-27 | alternatives=2026-12-04 | sure=no
flytta mötet v 50 till torsdag => reschedule | week=50 | when=2026-12-10
flytta mötet till v 50 => reschedule | week=50 | when=2026-12-08 | alternatives=2026-12-11 | sure=no
mötet flyttas till onsdag 10 => reschedule | when=2026-11-25T10:00 | alternatives=2026-12-02T10:00 | sure=no
mötet på tisdag flyttas till onsdag 10 => reschedule | when=2026-11-25T10:00 | which=2026-11-24
vi flyttar mötet till onsdag 10 => reschedule | when=2026-11-25T10:00 | alternatives=2026-12-02T10:00 | sure=no
flytta mötet 1/12 till 2/12 kl 9 => reschedule | when=2026-12-02T09:00 | which=2026-12-01
skjut upp mötet till fredag => reschedule | when=2026-11-27 | alternatives=2026-12-04 | sure=no
byt mötestid till onsdagar 10 => reschedule | weekday=2 | time=10:00 | interval=1 | all=yes
flytta alla möten till onsdag 10 => reschedule | weekday=2 | time=10:00 | interval=1 | all=yes
flytta mötet till tisdagar 14 => reschedule | weekday=1 | time=14:00 | interval=1 | all=yes
ställ in nästa möte => cancel_meeting
ställ in mötet på tisdag => cancel_meeting | when=2026-11-24
ställ in möte 22/12 => cancel_meeting | when=2026-12-22
ställ in mötena v 52-1 => cancel_meeting | week=52 | all=yes | until=2027-01-10
ställ in alla möten => cancel_meeting | all=yes
ställ in 22 december => cancel_meeting | when=2026-12-22
mötet är inställt => cancel_meeting
mötet på tisdag är inställt => cancel_meeting | when=2026-11-24
mötet ställs in => cancel_meeting
mötet ställs in på tisdag => cancel_meeting | when=2026-11-24
inget möte på tisdag => cancel_meeting | when=2026-11-24
inget möte idag => cancel_meeting | when=2026-11-23
inget möte nästa vecka => cancel_meeting | week=49
ställ in mötet för att bo är sjuk => cancel_meeting
börja mötet => start_meeting
nu börjar vi => start_meeting
mötet börjar => start_meeting
mötet är slut => end_meeting
ta upp: ska vi byta tid? => agenda_add | text=ska vi byta tid?
ta upp på mötet: taxi => agenda_add | text=taxi
lägg till på dagordningen: taxi => agenda_add | text=taxi
jag vill ta upp taxin => agenda_add | text=taxin
Bo vill ta upp taxin => agenda_add | text=taxin
vi behöver ta upp sömnen => agenda_add | text=sömnen
patientens punkt: sömnen => agenda_add | text=sömnen | by_patient=yes
ta upp från patienten: sömnen => agenda_add | text=sömnen | by_patient=yes
ta upp från Anna: sömnen => agenda_add | text=från Anna: sömnen
parkera: taxi => park | text=taxi
anna och bo är här => attend | owners=anna,bo
avsluta => end_meeting
stall in motet => cancel_meeting
möte varje vecka tisdag 13 => schedule | weekday=1 | time=13:00 | interval=1
vi ses varannan tisdag kl 13.00-13.45 => schedule | weekday=1 | time=13:00 | minutes=45 | interval=2
veckomöte onsdagar kl. 9 => schedule | weekday=2 | time=09:00 | interval=1
möte varje vardag 8:00 => schedule | weekday=0 | time=08:00 | interval=1 | slots=0 08:00 None, 1 08:00 None, 2 08:00 None, 3 08:00 None, 4 08:00 None
möte tisdag och torsdag 8.30 => schedule | weekday=1 | time=08:30 | interval=1 | slots=1 08:30 None, 3 08:30 None
möte på måndag => schedule | weekday=0 | interval=1 | when=2026-11-30 | alternatives=2026-11-23 | problem=no_time | sure=no
flytta mötet på fredag till måndag kl 9 => reschedule | when=2026-11-30T09:00 | which=2026-11-27
flytta mötet till 14.30 => reschedule | when=2026-12-01T14:30
flytta mötet i morgon till fredag => reschedule | when=2026-11-27 | which=2026-11-24
mötet imorgon ställs in => cancel_meeting | when=2026-11-24
ställ in morgondagens möte => cancel_meeting | when=2026-11-24
ställ in mötet nästa vecka => cancel_meeting | week=49
ställ in mötet 22 dec och 29 dec => cancel_meeting | each=yes | when=2026-12-22 | alternatives=2026-12-29 | sure=no
hoppa över v 52 => cancel_meeting | week=52
vi hoppar över mötet v 1 => cancel_meeting | week=1
inget möte på julafton => cancel_meeting | when=2026-12-24
avboka mötet => cancel_meeting
starta mötet! => start_meeting
nu startar vi mötet => start_meeting
avsluta mötet tack => end_meeting
möte slut => end_meeting
ta upp frågan om taxi på nästa möte => agenda_add | text=frågan om taxi
ta upp taxi nästa gång => agenda_add | text=taxi
lägg till punkt: taxi => agenda_add | text=taxi
närstående vill ta upp maten => agenda_add | text=maten | by_patient=yes
Maja vill ta upp skolan => agenda_add | text=skolan | by_patient=yes
flytta mötet på tisdag till onsdag samma tid => reschedule | when=2026-11-25 | which=2026-11-24
flytta fredagens möte till 9 => reschedule | when=2026-11-27T09:00 | which=2026-11-27
flytta mötet på fredag till 20 => reschedule | problem=bad_date | problem_words=till 20
flytta mötet till 9 => reschedule | when=2026-12-01T09:00
flytta mötet kl 13 till 14 => reschedule | when=2026-12-01T14:00
flytta mötet från tisdag 13 till onsdag 14 => reschedule | when=2026-11-25T14:00 | which=2026-11-24T13:00
flytta mötet till onsdag från tisdag => reschedule | when=2026-11-25 | which=2026-11-24
flytta mötet v 53 till torsdag kl 10 => reschedule | week=53 | when=2026-12-31T10:00
flytta mötet vecka 50 till vecka 51 => reschedule | alternatives=2026-12-18 | sure=no | week=50 | when=2026-12-15
flytta nästa veckas möte till torsdag => reschedule | week=49 | when=2026-12-03
flytta den här veckans möte till torsdag => reschedule | week=48 | when=2026-11-26
flytta mötet den 24 december till 23:e => reschedule | when=2026-12-23 | which=2026-12-24
flytta dagens möte till imorgon => reschedule | when=2026-11-24 | which=2026-11-23
flytta morgondagens möte till 15:30 => reschedule | when=2026-11-24T15:30 | which=2026-11-24
flytta alla möten till onsdag kl 10 från och med januari => reschedule | all=yes | first=2027-01-01 | interval=1 | time=10:00 | weekday=2
flytta alla möten till onsdagar kl 10 från sommaren => reschedule | all=yes | problem=bad_date | problem_words=från sommaren
flytta alla möten till kl 9 från januari => reschedule | all=yes | first=2027-01-01 | when=2026-12-01T09:00
flytta alla möten till torsdagar => reschedule | all=yes | interval=1 | weekday=3
flytta mötet till fredag kl 10 från och med nu => reschedule | all=yes | interval=1 | time=10:00 | weekday=4
flytta mötet till onsdag 10 till 11 => reschedule | alternatives=2026-12-02T10:00 | minutes=60 | sure=no | when=2026-11-25T10:00
flytta mötet till onsdag 25/11 kl 10 => reschedule | when=2026-11-25T10:00
flytta mötet till onsdag 10 till lokal B => reschedule | alternatives=2026-12-02T10:00 | sure=no | when=2026-11-25T10:00
ta bort tisdagens möte => cancel_meeting | when=2026-11-24
ställ in dagens möte => cancel_meeting | when=2026-11-23
ställ in veckans möte => cancel_meeting | week=48
ställ in mötena till och med 6 januari => cancel_meeting | all=yes | until=2027-01-06
ställ in mötena till och med v 2 => cancel_meeting | all=yes | until=2027-01-17
ställ in mötena från 20 december => cancel_meeting | all=yes | problem=no_until | problem_words=från 20 december
mötet på fredag utgår => cancel_meeting | when=2026-11-27
möte 31 november kl 10 => schedule | interval=1 | problem=bad_date | problem_words=31 november
möte den 29 februari kl 10 => schedule | interval=1 | problem=bad_date | problem_words=29 februari
inget möte v 52 o 1 => cancel_meeting | each=yes | week=52 | alternatives=2027-01-08 | sure=no
ställ in mötet v 50 och 52 => cancel_meeting | each=yes | week=50 | alternatives=2026-12-23 | sure=no
ställ in mötena v 52 och 53 => cancel_meeting | week=52 | all=yes | until=2027-01-03
ställ in nästa veckas möte => cancel_meeting | week=49
mötet på tisdag blir kl 14 istället => reschedule | when=2026-11-24T14:00 | which=2026-11-24
mötet på onsdag flyttas till 14 => reschedule | when=2026-11-25T14:00 | which=2026-11-25
veckans möte blir på torsdag istället => reschedule | week=48 | when=2026-11-26
nästa veckas möte flyttas till onsdag => reschedule | week=49 | when=2026-12-02
mötet på tisdag är kl 14 istället => reschedule | when=2026-11-24T14:00 | which=2026-11-24
mötet på tisdag är kl 14 => none
mötet på tisdag blir bra => none
the meeting on Tuesday is at 2pm instead => reschedule | when=2026-11-24T14:00 | which=2026-11-24
vi ses på onsdag istället för tisdag => reschedule | when=2026-11-25 | which=2026-11-24
inget möte 8 och 15 dec => cancel_meeting | alternatives=2026-12-15 | each=yes | sure=no | when=2026-12-08
inget möte 1, 8 och 15/12 => cancel_meeting | alternatives=2026-12-08,2026-12-15 | each=yes | sure=no | when=2026-12-01
inget möte den 8:e och den 15:e december => cancel_meeting | alternatives=2026-12-15 | each=yes | sure=no | when=2026-12-08
inget möte v 52 och v 1 => cancel_meeting | alternatives=2027-01-08 | each=yes | sure=no | week=52
inget möte v 52, 53 och 1 => cancel_meeting | alternatives=2026-12-30,2027-01-08 | each=yes | sure=no | week=52
inget möte v 52 53 => none
no meeting 8 and 15 December => cancel_meeting | alternatives=2026-12-15 | each=yes | sure=no | when=2026-12-08
flytta fram mötet en halvtimme => reschedule | alternatives=2026-12-01T12:30 | sure=no | when=2026-12-01T13:30
flytta mötet en kvart => reschedule | when=2026-12-01T13:15
punkt till nästa möte: skor => agenda_add | text=skor
punkt till mötet på tisdag 1 december: hissen => agenda_add | text=hissen
punkt till mötet 8 dec: julmat => agenda_add | text=julmat (8/12)
punkt till dottern: ring => none
prata om sonen på nästa möte => agenda_add | text=sonen
prata om sonen => none
bjud in maj@example.org t mötet tis => members_add | text=maj@example.org | which=2026-11-24
bjud in maj@example.org mötet på fredag => members_add | text=maj@example.org | which=2026-11-27
möten varannan tisdag fr o m 1 dec kl 13 => schedule | weekday=1 | time=13:00 | interval=2 | first=2026-12-01
ta upp på tisdag 1 december: nattfrid => agenda_add | text=nattfrid
inget möte nästa tisdag => cancel_meeting | when=2026-12-01 | alternatives=2026-11-24 | problem_words=nästa tisdag | sure=no
"""

# The group, its people, consent, absences, questions, settings.
PEOPLE = """
målet: fler smärtfria timmar => aim | text=fler smärtfria timmar
det viktigaste: orka leka med barnen => aim | text=orka leka med barnen
kontaktperson @anna => contact_person | owners=anna
samtycke till 2027-11-23 Arvika kommun, Region Värmland => consent | text=Arvika kommun, Region Värmland | until=2027-11-23
samtycke återkallat => consent_withdrawn
borta 1–14 juli ersättare @bo => away | owners=bo | from=2027-07-01 | until=2027-07-14
ledig fredag => away | from=2026-11-27 | until=2026-11-27
semester v 28-30 => away | week=28 | from=2027-07-12 | until=2027-08-01
sjuk idag => away | from=2026-11-23 | until=2026-11-23
vab => away | from=2026-11-23 | until=2026-11-23
fråga @bo har hon fått tiden? => question | owners=bo | text=har hon fått tiden?
consent until 2027-11-23 Arvika kommun, Region Värmland => consent | text=Arvika kommun, Region Värmland | until=2027-11-23
ny grupp tall @anna @bo => new_group | owners=anna,bo | code=tall
ny grupp => new_group
lägg till @bo => members_add | owners=bo
bo ska vara med => members_add | owners=bo
bjud in maj@example.org => members_add | text=maj@example.org
bjud in maj@example.org till mötet på tisdag => members_add | text=maj@example.org | which=2026-11-24
bjud in Maj Lind <maj@example.org> till tisdagens möte => members_add | text=maj@example.org | topic=Maj Lind | which=2026-11-24
bjud in maj@example.org till nästa möte => members_add | text=maj@example.org | which=2026-12-01
bjud in maj@example.org till mötet den 8 december => members_add | text=maj@example.org | which=2026-12-08
bjud in maj@example.org till gruppen => members_add | text=maj@example.org
bjud in maj@example.org till mötet den 32/13 => members_add | text=maj@example.org | problem=bad_date | problem_words=32/13
ta bort @bo => members_remove | owners=bo
bo slutar => members_remove | owners=bo
lämna gruppen => leave
mötesledare @bo => facilitator | owners=bo
ersättare för kontaktperson @bo => stand_in | owners=bo
mandat: ändra tider själva => mandate | text=ändra tider själva
använd mötet Teammöte tall => use_meeting | text=Teammöte tall
använd mötet "Måndagsmöte" => use_meeting | text=Måndagsmöte
använd vårt möte Teammöte tall => use_meeting | text=Teammöte tall
ta över mötet Teammöte tall => use_meeting | text=Teammöte tall
use our meeting Team meeting pine => use_meeting | text=Team meeting pine
koppla till To Do => todo_link
use the meeting Team meeting pine => use_meeting | text=Team meeting pine
använd mötet => use_meeting | problem=no_text
pausa till 15 augusti => pause | until=2027-08-15
sommaruppehåll v 27-32 => pause | from=2027-07-05 | until=2027-08-15
väck gruppen => resume
avsluta gruppen: ring före åtta => close_group | text=ring före åtta
svar 3 ja hon fick tid => answer | text=ja hon fick tid | id=3
inställningar => settings
vem är med i gruppen? => group
möte torsdag 14 istället => none
jobbar tis-fre 13-21 => settings | text=tis-fre 13-21 | weekday=1 | time=13:00 | minutes=480 | slots=1 13:00 480, 2 13:00 480, 3 13:00 480, 4 13:00 480 | topic=working
påminn mig kl 10 istället => settings | text=10:00 | topic=remind
jobbar med sondmatning => none
påminn mig 8:15 => settings | text=08:15 | topic=remind
jag jobbar mån-tors 7-16 => settings | text=mån-tors 7-16 | weekday=0 | time=07:00 | minutes=540 | slots=0 07:00 540, 1 07:00 540, 2 07:00 540, 3 07:00 540 | topic=working
språk engelska => settings | text=en | topic=language
inga påminnelser => remind_off
prenumerera fredagar 14 => subscribe | weekday=4 | time=14:00 | interval=1
sluta prenumerera => unsubscribe
tillbaka => back
mitt nummer 070-123 45 67 => phone | text=070-123 45 67
målet är fler smärtfria timmar => aim | text=fler smärtfria timmar
mål: sova bättre => aim | text=sova bättre
det viktigaste är att hon får sova => aim | text=hon får sova | sure=no
det viktigaste för Selma: sova => aim | text=sova
kontaktperson är Anna => contact_person | owners=anna
kontaktperson: Anna Berg => contact_person | owners=anna
anna är kontaktperson => contact_person | owners=anna
byt kontaktperson till bo => contact_person | owners=bo
kontaktperson => contact_person | problem=no_owner
samtycke finns till 31/12 2027 för Arvika kommun => consent | text=Arvika kommun | until=2027-12-31
samtycke t.o.m. 2027-11-23: Arvika kommun och Region Värmland => consent | text=Arvika kommun och Region Värmland | until=2027-11-23
medgivande om datadelning till 2027-11-23 => consent | until=2027-11-23
samtycket gäller ett år => consent | until=2027-11-23
samtycke Arvika kommun och Region Värmland i 6 mån från idag => consent | text=Arvika kommun och Region Värmland | until=2027-05-23
samtycke från 1/12 i ett år framåt från dagens datum => consent | until=2027-12-01
samtycket gäller 3 månader till => consent | shift_months=3
samtycket gäller ytterligare ett år => consent | shift_months=12
samtycket förlängs ett halvår => consent | shift_months=6
samtycket förlängs med två veckor => consent | shift_days=14
förläng samtycket till 31/12 2028 => consent | topic=longer | until=2028-12-31 | problem_words=31/12 2028
samtycket förlängt till midsommar => consent | topic=longer | until=2027-06-24 | problem_words=midsommar | sure=no
the consent is valid 3 more months => consent | shift_months=3
extend the consent by a year => consent | shift_months=12
är samtycket återkallat? => none
när går samtycket ut? => consent | problem=no_date
har vi samtycke? => consent | problem=no_date
samtycket gäller till 31/12 nästa år => consent | until=2027-12-31
samtycket gäller tills vidare => consent | problem=bad_date | problem_words=tills vidare
samtycke: Arvika kommun, Region Värmland => consent | text=Arvika kommun, Region Värmland | problem=no_date
consent for one year Arvika kommun => consent | text=Arvika kommun | until=2027-11-23
samtycke till 2025-01-01 => consent | problem=past_date | problem_words=till 2025-01-01
samtycke => consent | problem=no_date
medgivandet återkallas => consent_withdrawn
patienten återkallar samtycket => consent_withdrawn
hon har tagit tillbaka sitt samtycke => consent_withdrawn
samtycket gäller till 2027-06-30 => consent | until=2027-06-30
borta 1-14 juli => away | from=2027-07-01 | until=2027-07-14
borta 1/7-14/7 => away | from=2027-07-01 | until=2027-07-14
borta fredag => away | from=2026-11-27 | until=2026-11-27
jag är borta på fredag => away | from=2026-11-27 | until=2026-11-27
borta till den 15 december => away | from=2026-11-23 | until=2026-12-15
borta från fredag till tisdag => away | from=2026-11-27 | until=2026-12-01
borta v 52 => away | week=52 | from=2026-12-21 | until=2026-12-27
borta i dag och i morgon => away | from=2026-11-23 | until=2026-11-24
borta resten av veckan => away | from=2026-11-23 | until=2026-11-29
borta resten av månaden ersättare @bo => away | owners=bo | from=2026-11-23 | until=2026-11-30
ledig hela månaden => away | from=2026-11-23 | until=2026-11-30
sjuk resten av dagen => away | from=2026-11-23 | until=2026-11-23
borta resten av april => away | from=2026-11-23 | until=2027-04-30
borta nästa vecka, Bo ersätter => away | owners=bo | week=49 | from=2026-11-30 | until=2026-12-06
borta 1–14 juli, vikarie Bo => away | owners=bo | from=2027-07-01 | until=2027-07-14
borta 1-14 juli @bo => away | owners=bo | from=2027-07-01 | until=2027-07-14
semester 1 juli till 14 juli med Bo som ersättare => away | owners=bo | from=2027-07-01 | until=2027-07-14
ledig i morgon => away | from=2026-11-24 | until=2026-11-24
ledig 23-27 december => away | from=2026-12-23 | until=2026-12-27
vab idag => away | from=2026-11-23 | until=2026-11-23
jag vabbar i morgon => away | from=2026-11-24 | until=2026-11-24
sjukskriven till 15 december => away | from=2026-11-23 | until=2026-12-15
föräldraledig från 1 januari => away | from=2027-01-01 | problem=no_until
på kurs torsdag => away | from=2026-11-26 | until=2026-11-26
borta 30 februari => away | problem=bad_date | problem_words=30 februari
borta 1 juli 2025 => away | problem=past_date | problem_words=1 juli 2025
fråga Bo: har hon fått tiden? => question | owners=bo | text=har hon fått tiden?
fråga bo om hon fått tiden => question | owners=bo | text=om hon fått tiden
fråga @bo => question | owners=bo | problem=no_text
fråga Anna och Bo om tid => question | owners=anna,bo | text=om tid
fråga cecilia har hon fått hjälpmedlet => question | owners=cecilia | text=har hon fått hjälpmedlet
sommaruppehåll => pause
pausa => pause
pausa v 27-32 => pause | from=2027-07-05 | until=2027-08-15
pausa resten av året => pause | until=2026-12-31
pause over the autumn break => pause | problem=bad_date | problem_words=the autumn break
away during Easter break => away | problem=bad_date | problem_words=the Easter break
away half-term => away | problem=bad_date | problem_words=half-term
borta till nästa onsdag => away | from=2026-11-23 | until=2026-12-02 | sure=no | alternatives=2026-11-25 | problem_words=nästa onsdag
pausa till nästa onsdag => pause | until=2026-12-02 | sure=no | alternatives=2026-11-25 | problem_words=nästa onsdag
away over Easter => away | from=2027-03-26 | until=2027-03-29 | sure=no
avsluta gruppen => close_group
ny grupp med kodnamn tall => new_group | code=tall
ny grupp kodnamn ek @bo @anna => new_group | owners=bo,anna | code=ek
ny grupp tall, medlemmar: @anna, @bo, mötesledare: @cecilia => new_group | code=tall | owners=anna,bo
ny grupp tall mötesledare cecilia med anna och bo => new_group | code=tall | owners=anna,bo
ny grupp Gula huset @anna => new_group | code=Gula huset | owners=anna
ny grupp Gula huset => new_group | code=Gula huset
ny grupp tall med kurt => new_group | code=tall | unknown_owner=kurt
vi pausar till 15 augusti => pause | until=2027-08-15
gruppen vilar v 27-32 => pause | from=2027-07-05 | until=2027-08-15
pausa från midsommar till 15 augusti => pause | from=2027-06-25 | until=2027-08-15
bo blir mötesledare => facilitator | owners=bo
lägg till Bo i gruppen => members_add | owners=bo
lägg till @karin => members_add | unknown_owner=karin | problem=no_owner | problem_words=karin | sure=no
jag slutar => leave
påminn mig kl 7 => settings | text=07:00 | topic=remind
påminnelser 07:15 => settings | text=07:15 | topic=remind
sluta påminna mig => remind_off
jag jobbar måndag till torsdag 7-16 => settings | text=måndag till torsdag 7-16 | weekday=0 | time=07:00 | minutes=540 | slots=0 07:00 540, 1 07:00 540, 2 07:00 540, 3 07:00 540 | topic=working
språk svenska => settings | text=sv | topic=language
tillbaka på måndag => back | when=2026-11-30 | alternatives=2026-11-23 | sure=no
viktigast: kunna sova => aim | text=kunna sova
målet är att hon ska kunna sova => aim | text=hon ska kunna sova
contact person is Bo => contact_person | owners=bo
samtycke ges till 2027-05-01 av god man, Eda kommun => consent | text=av god man, Eda kommun | until=2027-05-01
återkalla samtycke => consent_withdrawn
jag är ledig på fredag => away | from=2026-11-27 | until=2026-11-27
jag är på semester v 28–30 => away | week=28 | from=2027-07-12 | until=2027-08-01
jag är sjuk idag => away | from=2026-11-23 | until=2026-11-23
ledig idag, vikarie @bo => away | owners=bo | from=2026-11-23 | until=2026-11-23
borta onsdag-fredag => away | from=2026-11-25 | until=2026-11-27
frånvarande 3-5 december ersättare Cecilia => away | owners=cecilia | from=2026-12-03 | until=2026-12-05
semester från 20 december till 7 januari, Bo vikarierar => away | owners=bo | from=2026-12-20 | until=2027-01-07
fråga @cecilia: vet du om tiden är bokad? => question | owners=cecilia | text=vet du om tiden är bokad?
borta på sportlovet => away | problem=bad_date | problem_words=sportlovet
borta sommarlovet ersättare @bo => away | problem=bad_date | problem_words=sommarlovet
pausa över sportlovet => pause | problem=bad_date | problem_words=sportlovet
jag jobbar mån t tors 7-16 => settings | text=mån-tors 7-16 | weekday=0 | time=07:00 | minutes=540 | slots=0 07:00 540, 1 07:00 540, 2 07:00 540, 3 07:00 540 | topic=working
jag jobbar inte på fredagar => settings | topic=works_not | text=fredagar
jobbar inte onsdagar och fredagar => settings | topic=works_not | text=onsdagar och fredagar
ledig varje fredag => settings | topic=works_not | text=fredag
jag jobbar bara tisdagar => settings | topic=works_only | text=tisdagar
I don't work on Fridays => settings | topic=works_not | text=Fridays
jag jobbar även röda dagar => settings | topic=red_days | text=yes
jag jobbar inte på helgdagar => settings | topic=red_days
påminn mig även på röda dagar => settings | topic=red_days | text=yes
I don't work on public holidays => settings | topic=red_days
sjuk på fredagar => none
hon är ledig på fredagar => none
jag jobbar => settings | topic=working | problem=no_time
jag jobbar mån-fre => settings | topic=working | text=mån-fre | problem=no_time
jag jobbar 7-16 => settings | topic=working | text=7-16 | problem=no_time
språk klingon => settings | topic=language | problem=no_text | problem_words=klingon
byt språk till klingon => settings | topic=language | problem=no_text | problem_words=klingon
byt språk => settings | topic=language
fråga => question | topic=fraga | problem=half
fråga gruppen => question | owners=bo,cecilia,dag | problem=no_text
svara => answer | topic=svara | problem=half
skydda => protect_name | topic=skydda | problem=half
vab imorgon bo tar mina => away | owners=bo | from=2026-11-24 | until=2026-11-24
mitt nr 070 123 45 67 => phone | text=070 123 45 67
remind me => settings | topic=remind
pausa två veckor => pause | until=2026-12-06
pausa i 3 veckor => pause | until=2026-12-13
pausa till efter nyår => pause | sure=no | until=2027-01-03
pausa om två veckor => pause | from=2026-12-07
sommaruppehåll juli => pause | from=2027-07-01 | sure=no | until=2027-07-31
pause for two weeks => pause | until=2026-12-06
borta fr o m torsdag => away | from=2026-11-26 | problem=no_until
borta fram till 7 jan => away | from=2026-11-23 | until=2027-01-07
borta till efter nyår => away | from=2026-11-23 | sure=no | until=2027-01-03
påminn mig halv åtta => settings | text=07:30 | topic=remind
jag jobbar inte 3 dec => none
ledig den 23 o 24 dec => away | from=2026-12-23 | until=2026-12-24
borta 24, 25 och 26 december => away | from=2026-12-24 | until=2026-12-26
borta 8 och 15 dec => away
borta 8 dec och 15 dec => away
borta v 49 och v 50 => away | week=49 | from=2026-11-30 | until=2026-12-13
borta v 49 och v 51 => away
borta fredag och måndag => away | from=2026-11-27 | until=2026-11-30 | sure=no
påminn mig om 2 => none
"""

# What is only asked for.
ASKING = """
dagordning => agenda
mina => mine
vad ska jag göra? => mine
mina uppgifter => my_data
visa mina uppgifter => my_data
vad vet du om mig? => my_data
vad finns sparat om mig? => my_data
registerutdrag => my_data
vem har sett => access_log
vem har sett mina uppgifter? => access_log
vem har läst om mig? => access_log
åtkomstlogg => access_log
what do you know about me? => my_data
my data => my_data
who has seen my data? => access_log
lista => list
lista försenade => list | topic=overdue
grupp => group
veckoöversikt v47 alla => digest | week=47 | all=yes
veckobrev => digest
sammanfattning => summary
hjälp => help
? => help
sök smärta => search | text=smärta
protokoll => summary
beslutslogg => decisions
beslut => decisions
hissade => lifted
hon vill inte dela med sig av kakan? => none
vilka väntar på besked? => lifted
va har vi kvar => list
när e nästa möte => group
jag e sjuk idag => away | from=2026-11-23 | until=2026-11-23
vad väntar vi på => lifted
hej nvg, mina => mine
/nvg => help
nvg hjälp möte => help | topic=schedule
hur hissar jag? => help | topic=escalate
vad gör bo? => list | owners=bo
vad står på dagordningen? => agenda
mina åtgärder => mine
vad har jag kvar? => mine
vad gör jag? => mine
åtgärder => list
vad är öppet? => list
alla åtgärder => list
vecka 49 => list | week=49 | from=2026-11-30 | until=2026-12-06
lista nästa vecka => list | week=49 | from=2026-11-30 | until=2026-12-06
den här veckan => list | week=48 | from=2026-11-23 | until=2026-11-29
v 47? => list | week=47 | from=2026-11-16 | until=2026-11-22
vecka 60 => none
senast v 49 => none
lista klara => list | topic=done
lista bo => list | owners=bo
lista beslut => decisions
om gruppen => group
grupp tall => group | code=tall
när är nästa möte? => group
veckoöversikt => digest
veckoöversikt v 48 => digest | week=48
veckoöversikt Arvika => digest | text=Arvika
veckoöversikt alla => digest | all=yes
översikt förra veckan => digest | week=47
sammanfattning av mötet => summary
minnesanteckningar => summary
vad bestämde vi? => summary
hjälp mig => help
hjälp med möte => help | topic=schedule
vad kan du? => help
hur gör jag? => help
protokoll v 47 => summary | week=47
protokoll till diariet => record
till diariet => record
diarieför mötet => record
diarieför protokollet => record
minnesanteckningarna till diariet => record
diarieför mötet 24 november => record | when=2026-11-24
sök => search | problem=no_text
nvg: lista => list
Hej! Kan du hjälpa mig? => help
vem gör vad? => list
visa mina åtgärder => mine
vad ska Bo göra? => list | owners=bo
vad är på gång? => list
veckoöversikt vecka 47 Arvika => digest | text=Arvika | week=47
veckobrev alla v.48 => digest | week=48 | all=yes
Vad kan jag skriva? => help
hjälp klar => help | topic=done
visa klara => list | topic=done
vad är klart => list | topic=done
vad har vi gjort => list | topic=done
what's done => list | topic=done
vad är inte klart? => list
protokoll förra veckan => summary | week=47
protokoll från 12 nov => summary | when=2027-11-12
protokoll i tisdags => summary | when=2026-11-17
kan jag få protokollet => summary
är 12 klar? => show | id=12
hur går det med 12? => show | id=12
när ska 12 vara klar => show | id=12
vad bestämde vi om maten? => search | text=maten
vad händer v 49 => list | from=2026-11-30 | until=2026-12-06 | week=49
"""

# The same in English.
ENGLISH = """
please move 12 to Friday => change | due=2026-11-27 | id=12
12 to Friday => change | due=2026-11-27 | id=12
12 by Friday => change | due=2026-11-27 | id=12
12 done, she sleeps better => done | text=she sleeps better | id=12
done 3, 5 and 7 => done | id=3 | ids=3,5,7
I'm stuck on 12 => blocked | id=12
can't go on 12 no access => blocked | text=no access | id=12
action: call the ward, responsible Bo, by 4 December => action | owners=bo | text=call the ward | due=2026-12-04
action for Bo: call the ward => action | owners=bo | text=call the ward
Bo to call the ward by Friday => action | owners=bo | text=call the ward | due=2026-11-27
@bo call the ward by Friday => action | owners=bo | text=call the ward | due=2026-11-27
remind me to call the ward tomorrow => action | owners=anna | text=call the ward | due=2026-11-24
remind me at 8:15 => settings | topic=remind | text=08:15
the meeting on Tuesday is cancelled => cancel_meeting | when=2026-11-24
skip the meeting next week => cancel_meeting | week=49
move all meetings to Wednesdays at 10 => reschedule | weekday=2 | time=10:00 | interval=1 | all=yes
move the meeting to next Tuesday at 9 => reschedule | when=2026-12-01T09:00 | alternatives=2026-11-24T09:00 | sure=no
meeting tomorrow at 9 => schedule | weekday=1 | time=09:00 | interval=1 | when=2026-11-24T09:00
holiday from 1 July to 14 July, Bo covers => away | owners=bo | from=2027-07-01 | until=2027-07-14
on leave 23-27 December => away | from=2026-12-23 | until=2026-12-27
took 20 min => time_spent | minutes=20
30 minutes on 12 => time_spent | id=12 | minutes=30
question to Bo: has she got the time? => question | owners=bo | text=has she got the time?
who does what? => list
when do we meet? => group
how do I escalate? => help | topic=escalate
action @bo call the municipality by Friday => action | owners=bo | text=call the municipality | due=2026-11-27
action: Bo calls home care tomorrow => action | owners=bo | text=calls home care | due=2026-11-24
todo: call the ward => action | text=call the ward
I will call the ward tomorrow => action | owners=anna | text=call the ward | due=2026-11-24
decision: home care comes twice a day, responsible @bo => decision | owners=bo | text=home care comes twice a day
we decide that Bo contacts the pharmacy => decision | owners=bo | text=contacts the pharmacy
done 12 she sleeps better => done | text=she sleeps better | id=12
finished 12 => done | id=12
done with 12 => done | id=12
I'm done with 12 => done | id=12
stuck 12 no access => blocked | text=no access | id=12
escalate 12 no access => escalate | text=no access | id=12
escalate: who pays for the taxi? => escalate | text=who pays for the taxi?
escalate urgent no doctor this weekend => escalate | text=no doctor this weekend | urgent=yes
move 12 to Friday => change | due=2026-11-27 | id=12
postpone 12 a week => change | id=12 | shift_days=7
give 12 to @bo => change | owners=bo | id=12
hand over 12 to Bo => change | owners=bo | id=12
change 12 to Thursday => change | due=2026-11-26 | id=12
edit 12: call the ward => edit | text=call the ward | id=12
change 12 to call the ward => edit | text=call the ward | id=12
delete 12 => cancel | id=12
remove @bo => members_remove | owners=bo
cancel 12 => cancel | id=12
undo => undo
undo that => undo
meeting Tuesdays 13:00 => schedule | weekday=1 | time=13:00 | interval=1
meetings every other Thursday 2-3 pm => schedule | weekday=3 | time=14:00 | minutes=60 | interval=2
we meet Tuesdays at 1pm => schedule | weekday=1 | time=13:00 | interval=1
weekly meeting Tuesday 13 => schedule | weekday=1 | time=13:00 | interval=1
move the meeting to Wednesday at 10 => reschedule | when=2026-11-25T10:00 | alternatives=2026-12-02T10:00 | sure=no
move the meeting on Tuesday to Wednesday at 10 => reschedule | when=2026-11-25T10:00 | which=2026-11-24
cancel the meeting => cancel_meeting
cancel the meeting week 52 => cancel_meeting | week=52
no meeting week 52 => cancel_meeting | week=52
move friday's meeting to 9 => reschedule | when=2026-11-27T09:00 | which=2026-11-27
move next week's meeting to Thursday => reschedule | week=49 | when=2026-12-03
move the meeting to Wednesday 10-11 => reschedule | alternatives=2026-12-02T10:00 | minutes=60 | sure=no | when=2026-11-25T10:00
cancel friday's meeting => cancel_meeting | when=2026-11-27
cancel the meetings until 18 December => cancel_meeting | all=yes | until=2026-12-18
cancel next week's meeting => cancel_meeting | week=49
skip friday's meeting => cancel_meeting | when=2026-11-27
call off tuesday's meeting => cancel_meeting | when=2026-11-24
start the meeting => start_meeting
end the meeting => end_meeting
agenda => agenda
bring up sleep => agenda_add | text=sleep
agenda item: taxi => agenda_add | text=taxi
add to the agenda: taxi => agenda_add | text=taxi
mine => mine
what should I do? => mine
list => list
list overdue => list | topic=overdue
group => group
weekly digest week 48 all => digest | week=48 | all=yes
summary => summary
minutes to the public record => record
file the minutes => record
help => help
what can you do? => help
aim: more pain-free hours => aim | text=more pain-free hours
what matters most: playing with the children => aim | text=playing with the children
contact person @anna => contact_person | owners=anna
who is the contact person? => group
consent withdrawn => consent_withdrawn
away 1-14 July stand-in @bo => away | owners=bo | from=2027-07-01 | until=2027-07-14
I'm away on Friday => away | from=2026-11-27 | until=2026-11-27
sick today => away | from=2026-11-23 | until=2026-11-23
time 20 min => time_spent | minutes=20
time 12 20 min => time_spent | id=12 | minutes=20
spent 15 minutes on 12 => time_spent | id=12 | minutes=15
ask @bo has she got the time? => question | owners=bo | text=has she got the time?
lesson: call before eight => lesson | text=call before eight
invite maj@example.org => members_add | text=maj@example.org
invite maj@example.org to the meeting on Tuesday => members_add | text=maj@example.org | which=2026-11-24
invite maj@example.org to Tuesday's meeting => members_add | text=maj@example.org | which=2026-11-24
subscribe Fridays 14 => subscribe | weekday=4 | time=14:00 | interval=1
unsubscribe => unsubscribe
"""

# Slips of the finger, and requests put as questions: offered, not done.
SLIPS = """
patienten vill inte längre dela uppgifter => consent_withdrawn | guess=yes | guessed_line=samtycke återkallat
flytta mötet till igår kl 10 => reschedule | problem=bad_date | problem_words=igår
flytta mötet till 31 juni kl 10 => reschedule | problem=bad_date | problem_words=31 juni
flytta mötet till förra fredagen kl 10 => reschedule | problem=bad_date | problem_words=förra fredagen
flytta mötet till kl 10 i stället => reschedule | when=2026-12-01T10:00
möte tisdagar 13:00-12:00 => schedule | interval=1 | problem=bad_date | problem_words=13:00-12:00
borta 14-1 juli => away | alternatives=2027-07-01,2027-07-14 | problem=backwards | problem_words=14-1 juli
borta 40-1 juli => away | problem=bad_date | problem_words=40-1 juli
borta 10 till 1 juli => away | alternatives=2027-07-01,2027-07-10 | problem=backwards | problem_words=10 till 1 juli
pausa 10–1 juli => pause | alternatives=2027-07-01,2027-07-10 | problem=backwards | problem_words=10–1 juli
borta 10 juli till 1 juli => away | from=2027-07-10 | until=2028-07-01 | alternatives=2027-07-01,2027-07-10 | problem=backwards | problem_words=10 juli till 1 juli
borta från 10/7 - 1/7 ersättare @bo => away | from=2027-07-10 | until=2028-07-01 | alternatives=2027-07-01,2027-07-10 | problem=backwards | problem_words=från 10/7 - 1/7
borta från och med 10 juli till och med 1 juli => away | from=2027-07-10 | until=2028-07-01 | alternatives=2027-07-01,2027-07-10 | problem=backwards | problem_words=från och med 10 juli till och med 1 juli
borta 10 juli 2027 till 1 juli 2027 => away | alternatives=2027-07-01,2027-07-10 | problem=backwards | problem_words=10 juli 2027 till 1 juli 2027
borta 5/12-3/12 => away | from=2026-12-05 | until=2027-12-03 | alternatives=2026-12-03,2026-12-05 | problem=backwards | problem_words=5/12-3/12
borta v 32-27 => away | from=2027-08-09 | until=2028-07-09 | alternatives=2027-07-05,2027-08-15 | problem=backwards | problem_words=v 32-27
pausa v 32-27 => pause | from=2027-08-09 | until=2028-07-09 | alternatives=2027-07-05,2027-08-15 | problem=backwards | problem_words=v 32-27
pausa från vecka 32 till och med vecka 27 => pause | from=2027-08-13 | until=2028-07-07 | alternatives=2027-07-05,2027-08-15 | problem=backwards | problem_words=från vecka 32 till och med vecka 27
ställ in mötena 10/7 - 1/7 => cancel_meeting | from=2027-07-10 | until=2028-07-01 | alternatives=2027-07-01,2027-07-10 | problem=backwards | problem_words=10/7 - 1/7
borta 2027-07-10 – 2028-07-01 => away | from=2027-07-10 | until=2028-07-01
borta 20 december till 7 januari => away | from=2026-12-20 | until=2027-01-07
borta 20/12-7/1 => away | from=2026-12-20 | until=2027-01-07
borta v 51-2 => away | from=2026-12-14 | until=2027-01-17 | week=51
pausa v 51-2 => pause | from=2026-12-14 | until=2027-01-17
borta onsdag till tisdag => away | from=2026-11-25 | until=2026-12-01
sjuk 16/11-30/11 => away | from=2026-11-23 | until=2026-11-30
sjukskriven fredag 20/11 till måndag 30/11 2026 => away | from=2026-11-23 | until=2026-11-30
borta v 47-49 => away | from=2026-11-23 | until=2026-12-06 | week=47
pausa 20 november till 5 december => pause | from=2026-11-23 | until=2026-12-05
borta 20/11 => away | problem=past_date | problem_words=20/11
borta 1-14 november => away | problem=past_date | problem_words=1-14 november
pausa v 46-47 => pause | problem=past_date | problem_words=v 46-47
borta 1/1-31/12 => away | from=2027-01-01 | until=2027-12-31
beslut: => decision | problem=no_text
åtgärd Cecilia Holm ringa läkaren => action | text=ringa läkaren | unknown_owner=Cecilia Holm | problem=no_owner | problem_words=Cecilia Holm | sure=no
åtgärd Cecilia Ringa läkaren => action | owners=cecilia | text=Ringa läkaren
åtgärd Cecilia Hemtjänsten kontaktas => action | owners=cecilia | text=Hemtjänsten kontaktas
åtgärd Cecilia Hämta medicin => action | owners=cecilia | text=Hämta medicin
åtgärd Cecilia Följ upp provet => action | owners=cecilia | text=Följ upp provet
fråga Cecilia Har hon ätit? => question | owners=cecilia | text=Har hon ätit?
fråga Cecilia När kommer läkaren? => question | owners=cecilia | text=När kommer läkaren?
åtgärd Cecilia Lund ringa läkaren => action | owners=cecilia | text=ringa läkaren
åtgrd @bo ringa kommunen => action | owners=bo | text=ringa kommunen | guessed_line=åtgärd @bo ringa kommunen | guess=yes
Åtgärd @bo ringa på torsdga => action | owners=bo | text=ringa | due=2026-11-26 | guessed_line=Åtgärd @bo ringa på torsdag | guess=yes
besult: prova ny tid => decision | text=prova ny tid | guessed_line=beslut: prova ny tid | guess=yes
flyta mötet till onsdag 10 => reschedule | when=2026-11-25T10:00 | alternatives=2026-12-02T10:00 | guessed_line=flytta mötet till onsdag 10 | sure=no | guess=yes
flyttta 12 till fredag => change | due=2026-11-27 | id=12 | guessed_line=flytta 12 till fredag | guess=yes
kan du flytta 12 till fredag? => change | due=2026-11-27 | id=12 | guessed_line=flytta 12 till fredag | guess=yes
åtgärd @ana ringa kommunen => action | owners=anna | text=ringa kommunen | guessed_line=åtgärd @Anna Berg ringa kommunen | guess=yes
åtgärd Cecila ringer kommunen => action | owners=cecilia | text=ringer kommunen | guessed_line=åtgärd @Cecilia Lund ringer kommunen | guess=yes
klra 12 => done | id=12 | guessed_line=klar 12 | guess=yes
12 kalr => done | id=12 | guessed_line=12 klar | guess=yes
aatgärd @bo ringa kommunen => action | owners=bo | text=ringa kommunen | guessed_line=åtgärd @bo ringa kommunen | guess=yes
åtgädr @bo ringa kommunen => action | owners=bo | text=ringa kommunen | guessed_line=åtgärd @bo ringa kommunen | guess=yes
åtgärs @bo ringa kommunen => action | owners=bo | text=ringa kommunen | guessed_line=åtgärd @bo ringa kommunen | guess=yes
åtgärdd @bo ringa kommunen => action | owners=bo | text=ringa kommunen | guessed_line=åtgärd @bo ringa kommunen | guess=yes
Beslt: prova ny tid => decision | text=prova ny tid | guessed_line=Beslut: prova ny tid | guess=yes
hisa 12 => escalate | id=12 | guessed_line=hissa 12 | guess=yes
hssa 12 saknar behörighet => escalate | text=saknar behörighet | id=12 | guessed_line=hissa 12 saknar behörighet | guess=yes
fastnta 12 => blocked | id=12 | guessed_line=fastnat 12 | guess=yes
lsita => list | guessed_line=lista | guess=yes
linsta => list | guessed_line=lista | guess=yes
hjlp => help | guessed_line=hjälp | guess=yes
hjälpp => help | guessed_line=hjälp | guess=yes
vekoöversikt => digest | guessed_line=veckoöversikt | guess=yes
veckoöverikt v 48 => digest | week=48 | guessed_line=veckoöversikt v 48 | guess=yes
samanfattning => summary | guessed_line=sammanfattning | guess=yes
dagodning => agenda | guessed_line=dagordning | guess=yes
daordning => agenda | guessed_line=dagordning | guess=yes
moöte tisdagar 13 => schedule | weekday=1 | time=13:00 | interval=1 | guessed_line=möte tisdagar 13 | guess=yes
mtöe tisdagar 13 => schedule | weekday=1 | time=13:00 | interval=1 | guessed_line=möte tisdagar 13 | guess=yes
möte tisdaagr 13 => schedule | weekday=1 | time=13:00 | interval=1 | guessed_line=möte tisdagar 13 | guess=yes
ställ in mötte => cancel_meeting | guessed_line=ställ in mötet | guess=yes
starta mötte => start_meeting | guessed_line=starta mötet | guess=yes
starat mötet => start_meeting | guessed_line=starta mötet | guess=yes
avsulta mötet => end_meeting | guessed_line=avsluta mötet | guess=yes
kontaktpreson @anna => contact_person | owners=anna | guessed_line=kontaktperson @anna | guess=yes
samtyke till 2027-11-23 Arvika kommun => consent | text=Arvika kommun | until=2027-11-23 | guessed_line=samtycke till 2027-11-23 Arvika kommun | guess=yes
brota 1-14 juli => away | from=2027-07-01 | until=2027-07-14 | guessed_line=borta 1-14 juli | guess=yes
inställnigar => settings | guessed_line=inställningar | guess=yes
frga @bo har hon fått tiden? => question | owners=bo | text=har hon fått tiden? | guessed_line=fråga @bo har hon fått tiden? | guess=yes
lrädom: ring före åtta => lesson | text=ring före åtta | guessed_line=lärdom: ring före åtta | guess=yes
ågra => undo | guessed_line=ångra | guess=yes
ånrga => undo | guessed_line=ångra | guess=yes
actoin @bo call the ward => action | owners=bo | text=call the ward | guessed_line=action @bo call the ward | guess=yes
decison: try a new time => decision | text=try a new time | guessed_line=decision: try a new time | guess=yes
escalte 12 no access => escalate | text=no access | id=12 | guessed_line=escalate 12 no access | guess=yes
agneda => agenda | guessed_line=agenda | guess=yes
sumary => summary | guessed_line=summary | guess=yes
meting Tuesdays 13 => schedule | weekday=1 | time=13:00 | interval=1 | guessed_line=meeting Tuesdays 13 | guess=yes
kan du ta bort 12? => cancel | id=12 | guessed_line=ta bort 12 | guess=yes
skulle du kunna ställa in mötet? => cancel_meeting | guessed_line=ställ in mötet | guess=yes
beslut B4: tre besök om dagen => edit | ref=B4 | text=tre besök om dagen | guessed_line=ändra B4: tre besök om dagen | guess=yes
beslut: B4 ändras till tre besök => edit | ref=B4 | text=tre besök | guessed_line=ändra B4: tre besök | guess=yes
B4 ändras till tre besök => edit | ref=B4 | text=tre besök | guessed_line=ändra B4: tre besök | guess=yes
B4: tre besök om dagen => edit | ref=B4 | text=tre besök om dagen | guessed_line=ändra B4: tre besök om dagen | guess=yes
beslutet B4 ska lyda tre besök => edit | ref=B4 | text=tre besök | guessed_line=ändra B4: tre besök | guess=yes
beslut B4 gäller inte längre => cancel | ref=B4 | guessed_line=ta bort B4 | guess=yes
klar tolv => done | id=12 | guessed_line=klar 12 | guess=yes
tolv är klar => done | id=12 | guessed_line=12 är klar | guess=yes
tolvan är klar med frukosten => done | id=12 | text=med frukosten | guessed_line=12 är klar med frukosten | guess=yes
åtgärd ringa hemtjänsten om kvällspasset Bo => action | owners=bo | text=ringa hemtjänsten om kvällspasset | guessed_line=åtgärd ringa hemtjänsten om kvällspasset @Bo Ek | guess=yes
åtgärd ring kommunen om lägenheten Bo på fredag => action | owners=bo | text=ring kommunen om lägenheten | due=2026-11-27 | guessed_line=åtgärd ring kommunen om lägenheten @Bo Ek på fredag | guess=yes
åtgärd Bo Röntgen bokas => action | text=bokas | unknown_owner=Bo Röntgen | guessed_line=åtgärd @Bo Ek: Röntgen bokas | problem=no_owner | problem_words=Bo Röntgen | sure=no
åtgärd Bo Kommunen ska kontaktas => action | text=kontaktas | unknown_owner=Bo Kommunen | guessed_line=åtgärd @Bo Ek: Kommunen ska kontaktas | problem=no_owner | problem_words=Bo Kommunen | sure=no
åtgärd Anna Andersson ska ringa => action | text=ringa | unknown_owner=Anna Andersson | problem=no_owner | problem_words=Anna Andersson | sure=no
åtgärd ringa hemtjänsten, ansvarig Bo Röntgen => action | text=ringa hemtjänsten | unknown_owner=Bo Röntgen | problem=no_owner | problem_words=Bo Röntgen | sure=no
åtgärd ringa apoteket fredag bo => action | text=ringa apoteket | owners=bo | due=2026-11-27 | guess=yes | guessed_line=åtgärd ringa apoteket fredag @Bo Ek
åtgärd ring hab på måndag Bo => action | alternatives=2026-11-23 | due=2026-11-30 | guess=yes | guessed_line=åtgärd ring hab på måndag @Bo Ek | owners=bo | sure=no | text=ring hab
kan bo kolla rullstolen till torsdag? => action | guess=yes | guessed_line=åtgärd @Bo Ek: kolla rullstolen till torsdag | owners=bo | text=kolla rullstolen till torsdag
3:an måste göras om => reopen | guess=yes | guessed_line=öppna 3 | id=3
12 behövs inte längre => cancel | guess=yes | guessed_line=ta bort 12 | id=12
glöm 12 => cancel | guess=yes | guessed_line=ta bort 12 | id=12
strunta i 12 => cancel | guess=yes | guessed_line=ta bort 12 | id=12
hon ångrar sitt samtycke => consent_withdrawn | guess=yes | guessed_line=samtycke återkallat
jobbar inte på fredag => away | from=2026-11-27 | until=2026-11-27 | guess=yes | guessed_line=borta fredag
jag jobbar inte i helgen => away | from=2026-11-28 | until=2026-11-28 | guess=yes | guessed_line=borta i helgen
@bo har du ringt? => question | guess=yes | guessed_line=fråga @Bo Ek har du ringt? | owners=bo | text=har du ringt?
@bo har du tid på fredag? => question | guess=yes | guessed_line=fråga @Bo Ek har du tid på fredag? | owners=bo | text=har du tid på fredag?
"""

# Ordinary talk, each line said to the bot.
TALK = """
tack!
hej
tack för idag
vi hade beslutat det förra veckan
är åtgärden klar?
klart att vi kan ses
klar sikt idag
ska vi ha möte på tisdag?
mötet var bra
hon är klar med maten
jag åt mötet
vi får se om det blir beslut
hissen är trasig
hissa flaggan?
flytten gick bra
Lista ut det
borta bra men hemma bäst
Anna är borta
fråga inte mig
inte klar
om bo blir klar så ringer vi
bra jobbat
ok
god morgon
jag kommer 10 minuter sent
Bo kommer på torsdag
vad tycker ni?
vi ses på tisdag
vi ses!
hon mår bättre
hur mår Selma?
jag är med
jag tar kaffe
det var ett bra beslut
beslutet var bra
kissar ofta på natten
lisa var här igår
mötet igår var långt
Jag ringer dig sen
hon ringde 3 gånger
kom ihåg att vila
åtgärden hjälpte
fel på hissen
fel nummer
ta bort katetern
stryk tröjan
lyft henne försiktigt
tid för kaffe
svår dag idag
klär på sig själv
målet är nått
vi har möte med Anna
möte med läkaren var bra
punkt slut
ledig stol?
gruppen är toppen
hjälp Bo med maten
hon behöver hjälp
hon behöver hjälp med duschen
parkera bilen där
hon bor på rum 12
12 patienter
kl 12
12:30
det tog 20 minuter att komma fram
god jul
trevlig helg
visst
absolut
mina barn är sjuka
min lista är lång
Bo slutar kl 4 idag
starta bilen
avsluta behandlingen
öppna dörren
visa hänsyn
nytt år nya möjligheter
kontaktperson är bra att ha
samtycke saknas
vi behöver samtycke
ändra inte något
flytta hem
ge henne vatten
bjud in till fika
lägg till mer salt
pausa lite
tillbaka till ruta ett
åter igen
grupp 3 är bäst
beslut saknas
frågor?
fråga läkaren
svar kommer imorgon
hon sa att det var klart
snart klart
nästan klar
lyft
mina tankar går till familjen
hej!
ja
nej
👍
...
inte flytta mötet
flytta inte mötet
ta inte bort 12
vi har inte beslutat något
åtgärden är klar
alla är klara
mötet tar en timme
mötet blev kort
vi hade möte på tisdag
förra mötet var på tisdag
på mötet sa hon att hon mår bra
träffade Selma idag
hjälpte henne med duschen
det hjälpte inte
hinder i trafiken
fastnat i trafiken
stopp i avloppet
min tid är kort
20 min kvar
vi hörs imorgon
kanske på fredag
på fredag
kan vi flytta mötet?
är mötet inställt?
ska jag ta bort 12?
@bo tack för hjälpen
@bo kan du ringa?
jag fixar det
jag kollar upp det i morgon
Bo, kom hem
Anna mår bra
dag ett gick bra
bo hemma är bäst
samtycket löper ut snart
sjukt bra
borta på eftermiddagen
patienten vill sova bättre
kan vi ses på torsdag?
vi ses i morgon
tänkte att vi kunde flytta mötet
Anna ringer inte på fredag
om Anna ringer på fredag
Bo sa att 12 är klar
12 klar på fredag
klar 12 st blöjor
kissa 12
missa mötet
lisa 12
startar mötet snart
vissa dagar
thanks!
is the action done?
the meeting was good
she is done with the food
should we have a meeting on Tuesday?
not done
if bo is done we call
done deal
the list is long
help yourself
time flies
back to basics
move on
cancel culture
we decided it last week
Bo will be away on Friday
the action helped
she was stuck in traffic
I moved the meeting
we should meet on Tuesday
agenda looks good
can we move the meeting?
time to go
see you Friday
femman är klar med frukosten
Anna tar trean
sexan
attan också
jag är klar åtta
klar med två besök idag
klar med ett samtal
flytta två dagar
ta bort en punkt
jag jobbar natt
jag jobbar hemifrån idag
språk är svårt
vi ses
fråga?
svan
"""


def rows(*tables: str) -> list[Any]:
    split = [row.partition(" => ") for table in tables for row in table.strip().splitlines()]
    return [pytest.param(line, expected, id=line) for line, _, expected in split]


def told(line: str, ctx: Context = CTX) -> str:
    """What the line is taken for, written as a row's right-hand side."""
    kept = as_json(read_command(line, ctx))
    kept.pop("line")
    intent = kept.pop("intent")
    usual = {"sure": True, "guess": False, "pii": False}
    kept = {key: value for key, value in kept.items() if usual.get(key) is not value}
    return " | ".join([intent, *(f"{key}={_shown(key, kept[key])}" for key in sorted(kept))])


def _shown(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if key == "slots":
        return ", ".join(f"{slot['weekday']} {slot['time']} {slot['minutes']}" for slot in value)
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def in_order(expected: str) -> str:
    intent, *pairs = expected.split(" | ")
    return " | ".join([intent, *sorted(pairs)])


@pytest.mark.parametrize(("line", "expected"), rows(ACTIONS, DECISIONS, PROGRESS, CHANGES, MEETINGS, PEOPLE, ASKING, ENGLISH, SLIPS))
def test_line(line: str, expected: str) -> None:
    assert told(line) == in_order(expected)


@pytest.mark.parametrize("line", TALK.strip().splitlines())
def test_talk_is_no_command_even_when_said_to_the_bot(line: str) -> None:
    assert told(line) == "none"


@pytest.mark.parametrize("line", TALK.strip().splitlines())
def test_talk_is_no_command_in_capitals(line: str) -> None:
    assert read_command(line.upper(), CTX).intent == "none"


OVERHEARD = """
beslut: prova ny tid => decision | text=prova ny tid
åtgärd: ringa kommunen => action | text=ringa kommunen
åtgärd @bo ringa kommunen => action | owners=bo | text=ringa kommunen
lärdom: ring tidigt => lesson | text=ring tidigt
hissa: ingen taxi => escalate | text=ingen taxi
punkt: sömnen => agenda_add | text=sömnen
klar #12 => done | id=12
#12 klar => done | id=12
/nvg lista => list
nvg, mina => mine
åtgärd ringa kommunen => none
beslut => none
klar 12 => none
12 klar => none
lista => none
hjälp => none
möte tisdagar 13 => none
ställ in mötet => none
jag ringer kommunen i morgon => none
@bo ringa hemtjänsten på fredag => none
mina: två barn => none
fråga: hur då? => none
flyta mötet till onsdag => none
"""


@pytest.mark.parametrize(("line", "expected"), rows(OVERHEARD))
def test_among_people_only_the_unmistakable_counts(line: str, expected: str) -> None:
    assert told(line, replace(CTX, prefix=False)) == in_order(expected)


def test_nothing_after_the_bots_name_asks_for_help() -> None:
    assert read_command("/nvg", CTX).intent == "help"
    assert read_command("", CTX).intent == "help"
    assert read_command("  ", replace(CTX, prefix=False)).intent == "none"


def test_an_identity_number_is_masked_everywhere() -> None:
    reading = read_command("åtgärd @bo ringa 19121212-1212 om läkemedel", CTX)
    assert reading.pii and reading.intent == "action"
    assert "1212" not in reading.line + reading.text
    assert reading.guessed_line == ""
    slip = read_command("åtgrd @bo ringa 19121212-1212", CTX)
    assert slip.pii and "1212" not in repr(slip)


def test_a_telephone_number_is_no_identity_number() -> None:
    reading = read_command("åtgärd ringa 070-123 45 67 på fredag", CTX)
    assert (reading.pii, reading.text, reading.due) == (False, "ringa 070-123 45 67", date(2026, 11, 27))


@pytest.mark.parametrize("head", ["åtgärd", "beslut", "lärdom", "flytta 12 till fredag", "ställ in mötet", "avsluta mötet", "ta bort 12", "klar 12", "möte tisdagar 13"])
def test_a_question_changes_nothing(head: str) -> None:
    assert read_command(f"{head}?", CTX).intent not in commands.CHANGES


def test_no_meeting_planned_is_said() -> None:
    reading = read_command("åtgärd @bo ringa kommunen till nästa möte", replace(CTX, next_meeting=None))
    assert (reading.problem, reading.due, reading.text) == ("no_meeting", None, "ringa kommunen")


# --- several lines --------------------------------------------------------------------------------------------------------


def test_pasted_lines_follow_their_heading() -> None:
    text = """Beslut:
- hemtjänsten kommer två gånger
• ny larmtelefon, ansvarig Bo

Åtgärder:
1. Bo ringer kommunen på fredag
2) @cecilia skriva SIP
[ ] boka tid
* klar 12
lärdom: ring tidigt
"""
    read = [(each.intent, each.text, each.owners) for each in read_lines(text, CTX)]
    assert read == [
        ("decision", "hemtjänsten kommer två gånger", ()),
        ("decision", "ny larmtelefon", ("bo",)),
        ("action", "ringer kommunen", ("bo",)),
        ("action", "skriva SIP", ("cecilia",)),
        ("action", "boka tid", ()),
        ("done", "", ()),
        ("lesson", "ring tidigt", ()),
    ]


@pytest.mark.parametrize(("line", "expected"), [
    ("1 klar, 2 fastnat ingen svarar", [("done", 1, ""), ("blocked", 2, "ingen svarar")]),
    ("klar 1 hon sover, klar 2", [("done", 1, "hon sover"), ("done", 2, "")]),
    ("1 klar och 2 klar", [("done", 1, ""), ("done", 2, "")]),
    ("1 hjälpte och 2 hjälpte inte", [("outcome", 1, ""), ("outcome", 2, "")]),
    ("klar 12 hon sover, 2 tabletter räcker", [("done", 12, "hon sover, 2 tabletter räcker")]),
    ("klar 12 ringde och fixat tid", [("done", 12, "ringde och fixat tid")]),
    ("klar 1, ta bort 2", [("done", 1, ""), ("cancel", 2, "")]),
    ("klar 1 kommunen mäter på tisdag, flytta 2 till fredag", [("done", 1, "kommunen mäter på tisdag"), ("change", 2, "")]),
    ("klar 1, ta bort 2 tabletter", [("done", 1, "ta bort 2 tabletter")]),
    ("klar 1 och dag ringer på fredag", [("done", 1, "och dag ringer på fredag")]),
])  # fmt: skip
def test_each_number_has_its_own_state(line: str, expected: list[tuple[str, int, str]]) -> None:
    assert [(each.intent, each.id, each.text) for each in read_lines(line, CTX)] == expected


@pytest.mark.parametrize(("line", "expected"), [
    ("bo ringer dottern på torsdag och cecilia mejlar sonen på fredag", [("bo", "ringer dottern", "2026-11-26"), ("cecilia", "mejlar sonen", "2026-11-27")]),
    ("åtgärd bo ringa kommunen fredag, åtgärd cecilia mejla FK onsdag", [("bo", "ringa kommunen", "2026-11-27"), ("cecilia", "mejla FK", "2026-11-25")]),
    ("åtgärd bo ringa om hemtjänst senast fredag, åtgärd behövs", [("bo", "ringa om hemtjänst åtgärd behövs", "2026-11-27")]),
])  # fmt: skip
def test_several_promises_in_one_line(line: str, expected: list[tuple[str, str, str]]) -> None:
    assert [("".join(each.owners), each.text, str(each.due)) for each in read_lines(line, CTX)] == expected


@pytest.mark.parametrize(("line", "text"), [
    ("åtgärd eva ring sonen", "ring sonen"), ("åtgärd eva kl 16 ring sonen", "ring sonen"), ("åtgärd Eva Ring ringer sonen", "ringer sonen"), ("åtgärd eva ring ringer sonen", "ringer sonen"),
])  # fmt: skip
def test_a_surname_that_is_a_verb(line: str, text: str) -> None:
    reading = read_command(line, replace(CTX, members={**MEMBERS, "eva": "Eva Ring"}))
    assert (reading.owners, reading.text) == (("eva",), text)


def test_two_promises_of_which_one_says_when_are_asked_about() -> None:
    (reading,) = read_lines("bo ringer kommunen och cecilia mejlar dottern på fredag", CTX)
    assert reading.guess and reading.guessed_line == "åtgärd bo ringer kommunen\nåtgärd cecilia mejlar dottern på fredag"


def test_a_mention_of_the_bot_addresses_every_line_after_it() -> None:
    assert [each.intent for each in read_lines("@nvg\nåtgärd @bo ringa\nklar 12\n\ntack!", replace(CTX, prefix=False))] == ["action", "done", "none"]


def test_no_lines_no_readings() -> None:
    assert read_lines("\n  \n", CTX) == []


# --- the table of commands ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_commands_examples_are_understood(command: Any) -> None:
    assert command.examples[0] and command.examples[1]
    for example in command.examples:
        assert read_command(example, CTX).intent == command.name
        assert read_command(example, CTX).problem in {"", "no_owner"}


def test_every_intent_of_the_contract_is_there() -> None:
    contract = """action decision done blocked escalate change cancel undo schedule reschedule cancel_meeting start_meeting end_meeting agenda
    agenda_add mine list group digest summary help aim contact_person consent consent_withdrawn away time_spent question lesson"""
    assert set(contract.split()) <= set(BY_NAME)


def test_every_opening_word_has_a_reader_or_stands_alone() -> None:
    for words, (name, _) in BEGINS.items():
        assert name in READERS or words in WHOLE, words


@pytest.mark.parametrize(
    ("typed", "language", "first"),
    [("åt", "sv", "åtgärd"), ("at", "sv", "åtgärd"), ("/nvg st", "sv", "/nvg stopp"), ("dec", "en", "decision"), ("åtgärd @b", "sv", "åtgärd @Bo Ek"), ("", "sv", "åtgärd")],
)
def test_completion(typed: str, language: str, first: str) -> None:
    assert completions(typed, CTX, language)[0] == first


def test_only_commands_that_are_wanted_are_offered() -> None:
    offered = completions("", CTX, "sv", lambda name: name == "list")
    assert offered[0] == "lista" and "åtgärd" not in offered


def test_completion_of_nonsense_is_empty() -> None:
    assert completions("xyzzy", CTX) == []


# --- properties ------------------------------------------------------------------------------------------------------------------

WORDS = sorted({word for words in [*BEGINS, *WHOLE] for word in words.split()})
PIECES = st.sampled_from([*WORDS, "12", "#3", "B2", "@bo", "@x", "Anna", "på fredag", "senast", "v 52", "kl 25", "32/13", ":", "?", "20 min", "till", "1-14 juli", "åäö", "19121212-1212"])


@settings(max_examples=examples(300), deadline=None)
@given(st.text(max_size=80), st.booleans())
def test_any_text_is_read_without_fault(line: str, prefix: bool) -> None:
    assert read_command(line, replace(CTX, prefix=prefix)).intent in {"none", *BY_NAME}
    read_lines(line, CTX)
    completions(line, CTX)


@settings(max_examples=examples(400), deadline=None)
@given(st.lists(PIECES, max_size=7))
def test_any_pieces_of_commands_are_read_without_fault(pieces: list[str]) -> None:
    reading = read_command(" ".join(pieces), CTX)
    assert reading.intent in {"none", *BY_NAME}
    assert reading.id is None or reading.ids[0] == reading.id
    assert not reading.guess or reading.guessed_line
    assert "1212-" not in repr(reading)


SAME = [line for line, *_ in (row.partition(" => ") for table in (ACTIONS, DECISIONS, PROGRESS, CHANGES, MEETINGS, PEOPLE, ASKING) for row in table.strip().splitlines())]
KEPT = ("intent", "owners", "due", "id", "ids", "ref", "slots", "interval", "week", "when", "which", "all", "from_", "until", "minutes", "urgent", "idea", "result", "sure", "problem")


@pytest.mark.parametrize("line", SAME)
def test_missing_dots_and_capitals_change_nothing(line: str) -> None:
    as_written = read_command(line, CTX)
    without_dots = read_command(line.translate(str.maketrans("åäöÅÄÖ", "aaoAAO")), CTX)
    capitals = read_command(line.upper(), CTX)
    for key in KEPT:
        assert getattr(without_dots, key) == getattr(as_written, key), key
        assert getattr(capitals, key) == getattr(as_written, key), key
    assert not without_dots.guess and not capitals.guess
    assert fold(without_dots.text) == fold(as_written.text)


@settings(max_examples=examples(200), deadline=None)
@given(
    head=st.sampled_from(["åtgärd", "åtgärd:", "ny åtgärd", "Åtgärd", "atgard", "uppgift:", "todo"]),
    owner=st.sampled_from([("", ()), ("@bo ", ("bo",)), ("@Cecilia Lund ", ("cecilia",)), ("@dag och @bo ", ("dag", "bo"))]),
    text=st.sampled_from(["ringa hemtjänsten", "köpa 3 st strumpor", "boka rum 12", "ringa 010-123 45 67", "prata med Maj", "skriva till chefen", "ge 1/2 tablett till natten"]),
    days=st.integers(2, 300),
    cue=st.sampled_from(["senast", "till", "senast den", "deadline"]),
)
def test_what_is_put_together_comes_apart(head: str, owner: tuple[str, tuple[str, ...]], text: str, days: int, cue: str) -> None:
    due = CTX.now.date() + timedelta(days=days)
    reading = read_command(f"{head} {owner[0]}{text} {cue} {due.isoformat()}", CTX)
    assert (reading.intent, reading.owners, reading.text, reading.due) == ("action", owner[1], text, due)
    assert reading.sure and not reading.problem


@settings(max_examples=examples(200), deadline=None)
@given(st.sampled_from(["åtgärd", "beslut", "fastnat", "sammanfattning", "veckoöversikt", "kontaktperson", "dagordning", "inställningar"]), st.integers(1, 20), st.sampled_from(string.ascii_lowercase))
def test_one_slip_never_changes_data_unasked(word: str, place: int, letter: str) -> None:
    slipped = word[: place % len(word)] + letter + word[place % len(word) + 1 :]
    reading = read_command(f"{slipped}: @bo 12", CTX)
    assert fold(slipped) == fold(word) or reading.guess or reading.intent == "none"
