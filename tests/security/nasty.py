"""Words that would do harm if anything took them for more than words."""

from __future__ import annotations

HTML = ("<script>window.harmed=1</script>", '<img src=x onerror="window.harmed=1">', '"><svg onload=window.harmed=1>', "javascript:window.harmed=1",
        "</textarea></li></body><iframe src=javascript:window.harmed=1>", "öppna <!-- dörren", "läs &lt;b&gt; högt", "' autofocus onfocus='window.harmed=1")  # fmt: skip
SLACK = ("<!channel> <!here> <!everyone>", "<@U0STRANGER> <@UOTHER|x>", "<#C123|allmänt>", "<https://evil.example|klicka här>", "<!subteam^S1|@team>",
         "<!date^0^{date}^https://evil.example|nu>", "*fet* _kursiv_ ~struken~ `kod` ```kod```", "&lt;!channel&gt;", "@channel @here @everyone", "> citat", ":skull:")  # fmt: skip
TEAMS = ("<at>everyone</at>", "</at><at>Otto</at>", "[klicka](https://evil.example)", "![x](https://evil.example/x.png)", "${$root.secret}", "{{DATE(2026-11-24T00:00:00Z)}}",
         '{"type":"Action.OpenUrl","url":"https://evil.example"}', '","actions":[{"type":"Action.Execute"}],"x":"', "1. lista", "# rubrik")  # fmt: skip
JINJA = ("{{ 7*7 }}", "{% for x in [].__class__.__base__.__subclasses__() %}x{% endfor %}", "{# borta #}", "{{ self }}", "%(x)s {x!r} $x", "\U000f0000\U000f0001")
LINES = ("x\r\nBEGIN:VALARM", "x\nATTACH:https://evil.example", "x\r\nBcc: alla@example.org", "x\rSubject: annat", "x\u2028DTSTART:19700101", "\\n\\;\\,", "x\x85BEGIN:VEVENT",
         'CN="x":mailto:evil@example.org', "=?utf-8?q?=0D=0ABcc:x?=")  # fmt: skip
FORMULAS = ("=HYPERLINK(\"https://evil.example\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "=cmd|'/c calc'!A0")
UNSEEN = ("\u202egnillaf\u202c", "a\u200bb\ufeffc\u2060d", "\u2066x\u2069", "\U000e0041\U000e0042", "\x1b[31mröd\x1b[0m \x07\x00", "\ud800ensam", "\u061cx\u200f")

NASTY = (*HTML, *SLACK, *TEAMS, *JINJA, *LINES, *FORMULAS, *UNSEEN)
