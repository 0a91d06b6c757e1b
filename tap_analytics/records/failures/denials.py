"""Knows by its words that a message denies rows, where no word of it names a failure: `Your trial is over`."""

from __future__ import annotations

from tap_analytics.patterns import pattern

# What grants access, and what serves: a list has other things in it.
_GRANTS = r"(?:access|account|contract|demo|licen[cs]e|membership|period|plan|session|subscription|trial)"
_SERVERS = (
    r"(?:access|account|api|app|application|authentication|back ?end|client|database|e?mail|end ?point|feature|flag|key"
    r"|licen[cs]e|login|member|module|project|server|service|session|site|subscription|system|tenant"
    r"|terms(?: of (?:service|use))?|token|trial|user|version|view|workspace)"
)
_STATES = (
    r"(?:closed|crashed|deactivated|deleted|down|frozen|gone|inactive|locked|lapsed|not (?:active|activated|accepted"
    r"|installed|licensed|recogni[sz]ed|registered|set up|verified)|no longer active|off|offline|past due|paused"
    r"|pending|removed|restricted|retired|shut|sunset|switched off|turned off|under review|unpaid|unreachable)"
)
_RUNS = r"(?:execution|export|job|operation|process|query|report|request|search|statement|task|worker)"
_IDS = r"(?:account|credentials?|customer|id|key|param\w*|project|tenant|token|user|workspace)"
_LEFT_OUT = r"(?:chosen|given|passed|provided|selected|sent|set|specified|supplied)"
_EXTREME = r"(?:big|early|frequent|high|large|late|long|low|old|short|soon|wide)"
_UNREADY = r"(?:being \w+|not (?:yet )?ready|rebuilding|warming up)"
_SPAN = r"(?:days?|hours?|months?|weeks?)"
_OF_USE = r"(?:balance|credits?|quota)"
# Nothing of a kind, or all of it: `no account is closed`, `all users are inactive`.
_ONE = r"(?<!\bno )(?<!\b0 )(?<!\bany )(?<!\ball )(?<!\bof )(?<!\bor )\b"
_IS = r"(?: (?:[\w.]+ )?(?:is|was|has been|has|been|are))?(?: (?:currently|now|deprecated and|temporarily))? "

_DENIALS = (
    # What the plan does not have
    r"\b(?:needs?|requires?) (?:\w+ ){0,4}(?:add ?on|edition|licen[cs]e|plan|subscription|tier)\b",
    r"\bonly (?:available|for|included|offered)\b",
    r"\bavailable (?:only )?(?:for|in|on|to|with) (?:\w+ ){0,3}(?:customers|editions?|plans?|subscri\w+|tiers?)\b",
    rf"\b{_GRANTS} (?:\w+ )?(?:does not|doesn't) (?:allow|cover|have|include)\b",
    rf"\b{_GRANTS} (?:(?:period|has|is|was|have) ){{0,2}}(?:ended|over|come to an end|up)\b",
    rf"{_ONE}payment (?:is )?(?:due|overdue|pending)\b",
    r"\bplease upgrade\b|\bnot (?:subscribed|licensed)\b",
    # What the account may not have
    r"\b(?:(?:not|don't|doesn't) have|ha(?:s|ve) no|lacks?) (?:\w+ ){0,2}?(?:access|privileges?|rights?|scopes?)\b",
    r"\bno (?:access|privileges|rights)(?: to\b| for\b|$)",
    r"\bscope (?:\w+ ){1,3}(?:is )?needed\b|\bauthentication (?:is )?needed\b",
    r"\b(?:please|must|first) authenticate\b",
    r"\bnot (?:entitled|eligible|white ?listed|allow ?listed|in your (?:country|region)|on the (?:allow ?)?list)\b",
    r"\bun(?:recogni[sz]ed|verified) (?:\w+ )?(?:client|email|key|token|user)\b",
    rf"{_ONE}{_SERVERS}{_IS}{_STATES}\b",
    # What was asked for
    r"\bbad (?:argument|date|filter|format|input|param\w*|value)\b|\b(?:is|are) (?:compulsory|mandatory|obligatory)\b",
    r"\bno such (?:account|app|client|customer|end ?point|key|method|object|project|table|tenant|user|view)\b",
    rf"\b{_IDS} (?:(?:is|was|were|has been) )?(?:not {_LEFT_OUT}|unset)\b|\bno (?:\w+ )?{_IDS} {_LEFT_OUT}\b",
    r"\bplease (?:choose|pass|provide|re ?authenticate|retry|select|set|specify|supply|wait)\b",
    rf"\b(?:are|balance|interval|is|period|range|size|timestamp|value|was|window) too {_EXTREME}\b",
    rf"\bonly [0-9]+ {_SPAN} (?:are |is )?(?:allowed|supported|possible)\b",
    r"\bcan only (?:ask|be|fetch|query|read|request|see)\b",
    rf"\bmax(?:imum|imal)? (?:\w+ )?(?:interval|period|range|window) (?:is|of) (?:\w+ )?[0-9]+ {_SPAN}\b",
    r"\bmis ?match\b|\bcheck did not pass\b",
    r"\b(?:checksum|digest|hash|hmac|nonce|signature)\b(?: \w+){0,2} (?:bad|not match|used)\b",
    # What broke
    r"\bout of memory\b|\bsegfault|\bsegmentation\b|\bdead ?lock|\bcore dump|\bstack overflow\b|\bnull ?pointer",
    r"\bundefined (?:index|is not|key|method|offset|property|variable)\b|\bbroke\b|\binternal problem\b",
    r"\b(?:lost|no) connection (?:to|with)\b|\bconnection (?:\w+ ){0,3}(?:closed|dropped|lost|reset)\b",
    r"\bsqlstate\b|\bora [0-9]{5}\b|\bexit(?:ed)? (?:with )?(?:code|status) [1-9]",
    rf"{_ONE}{_RUNS}{_IS}(?:cancel\w*|crashed|died|discarded|dropped|interrupted|killed|stopped|terminated)\b",
    # What is not there yet, or is used up
    rf"\b(?:cache|data|export|index|reports?|results?|rows) (?:(?:is|are) )?{_UNREADY}\b",
    r"\bstill (?:building|calculating|computing|generating|importing|indexing|loading|processing|running)\b",
    r"\b(?:try|come back|check back) later\b|\bupgrade in progress\b|\bretry (?:after|in)\b|\bcool ?down\b",
    r"\bhit (?:a|the|your) (?:\w+ )?(?:cap|limit|quota)\b|\ballowance (?:\w+ )?(?:exhausted|gone|used|spent)\b",
    rf"\b(?:0|no) (?:\w+ )?{_OF_USE} (?:available|left|remain\w*)|\b(?:not enough|out of) {_OF_USE}\b",
    rf"{_ONE}{_OF_USE} (?:\w+ )?(?:depleted|empty|exhausted|gone|spent)\b",
    # Who asks
    rf"{_ONE}(?:captcha|bot (?:was )?detected|suspicious activity)\b|\bgeo ?(?:block|restrict)",
)
_DENIAL = pattern("|".join(_DENIALS))
_EXCUSE = pattern(r"\b(?:oops|sorry)\b(?!.*\b(?:0|any|empty|no|none|nothing|yet)\b)")
# The same in other languages: sign in, try later, out of reach, too late, not right, not yours, over.
_ABROAD = pattern(
    r"\banmelden\b|\bmelden sie sich an\b|\beinloggen\b|\bconnecter\b|\bidentifiez|\biniciar? sesi|\binicie sesi"
    r"|\bfa(?:ça|zer) login\b|\beffettua(?:re)? (?:il )?login\b|\blog eerst in\b|\bzaloguj|\bpřihlas|\bgiriş yap"
    r"|\blogga in\b|\blog ind\b|\blogg inn\b|\bkirjaudu\b|đăng nhập|\bsilakan (?:login|masuk)\b|войдите|увійдіть"
    r"|请.{0,6}登[录陆]|未登[录陆]|登[录陆](?:失效|超时)|ログインし|ログインが必要|로그인[이을해후]"
    r"|تسجيل الدخول|להתחבר|เข้าสู่ระบบ"
    r"|\bspäter (?:erneut|noch|wieder)|\bréessay|\bplus tard\b|\bmás tarde\b|\bmais tarde\b|\bpiù tardi\b|\briprova\b"
    r"|\blater opnieuw\b|\bponownie później\b|\bpozději\b|\btekrar deneyin\b|\bigen senare\b|\bprøv igen\b"
    r"|\bforsøk igjen\b|\byritä (?:myöhemmin|uudelleen)|thử lại|\bcoba lagi\b|повторите|попробуйте|спробуйте"
    r"|稍后|稍候|重试|しばらく|再度お試し|다시 시도|잠시 후|נסה שוב|ลองใหม่"
    r"|\bnicht (?:erreichbar|verfügbar)\b|\bfehlgeschlagen\b|\bindispon[ií][bv]|\bno disponibles?\b|\bnon disponibil"
    r"|\bniet beschikbaar\b|\bniedostępn|\bnedostupn|\bkullan.lam.yor\b|\botillgänglig|\butilgængelig"
    r"|\butilgjengelig|\bei käytettävissä\b|không khả dụng|\btidak tersedia\b|недоступ"
    r"|不可用|繁忙|利用できません|이용할 수 없|غير متاح|לא זמין"
    r"|\bzeitüberschreitung|\bdélai (?:\w+ )?dépassé|\btiempo de espera\b|\btempo (?:\w+ )?esgotad|\btempo scaduto\b"
    r"|超时|タイムアウト|время ожидания|不正确|不匹配|正しくありません|일치하지|올바르지"
    r"|\bpas (?:le|les) droits?\b|\bno tienes? (?:acceso|permiso)|\bsem autoriza|нет (?:доступа|прав)"
    r"|немає (?:доступу|прав)|\bbrak (?:dostępu|uprawnień)\b|\babo\w* (?:ist |wurde )?(?:beendet|gekündigt)"
    r"|\babonnement (?:a |est )?(?:pris fin|résilié|terminé)"
)
_BLOCKED = pattern(
    r"\bgesperrt|\bbloqu[ée]e?s?\b|\bbloquead|\bgeblokkeerd|\bbloccat|\bzablokow|\bzablokov|\bengellen|\bspärrad"
    r"|\bspærret|\bsperret|bị khóa|\bdiblokir|заблок|冻结|封禁|禁用|停用|凍結|停止され|차단|정지|محظور|חסום|ถูกระงับ"
)
# None of a kind, in these languages.
_NO = pattern(
    r"\bkein|\baucun|\bning[uú]n|\bnenhum|\bnessun|\bgeen\b|\bbrak\b|\bžádn|\binga\b|\bingen\b|нет |немає "
    r"|\bno hay\b|没有|暂无|ありません|いません|없|yok\b|\bei\b|không có|\btidak ada\b|لا يوجد|אין|ไม่มี"
)


def denies(words: str, rest: str) -> bool:
    """Return whether a message denies rows.

    Args:
        words: The message in lower case, with its names split into words.
        rest: The same without what says that there are no rows.
    """
    if _DENIAL.search(rest) or _EXCUSE.search(words) or _ABROAD.search(words):
        return True
    return _BLOCKED.search(words) is not None and not _NO.search(words)
