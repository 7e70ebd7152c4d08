"""Places: a region as people write it to its ISO 3166-2 code."""

import re

from pomona.domain.text import normal
from pomona.formats.remember import remember

_GENERIC = re.compile(
    r"\b(республика|респ|область|обл|край|автономн\w+|округ|ао|город|г|народная"
    r"|republic|of|the|oblast|krai|kray|region|autonomous|okrug|city)\b"
)
_CODE = re.compile(r"[A-Za-z]{2}-[A-Za-z0-9]{1,3}")

REGIONS = """
RU-AD адыгея|adygea|майкоп|maykop
RU-AL алтай|altai republic|горно алтайск|gorno altaysk
RU-ALT алтайский|altai|altai krai|барнаул|barnaul
RU-AMU амурская|amur|благовещенск|blagoveshchensk
RU-ARK архангельская|arkhangelsk|архангельск
RU-AST астраханская|astrakhan|астрахань
RU-BA башкортостан|bashkortostan|башкирия|уфа|ufa
RU-BEL белгородская|belgorod|белгород
RU-BRY брянская|bryansk|брянск
RU-BU бурятия|buryatia|улан удэ|ulan ude
RU-CE чеченская|чечня|chechnya|chechen|грозный|grozny
RU-CHE челябинская|chelyabinsk|челябинск|магнитогорск
RU-CHU чукотский|чукотка|chukotka|анадырь|anadyr
RU-CU чувашская чувашия|чувашская|чувашия|chuvashia|чебоксары|cheboksary
RU-DA дагестан|dagestan|махачкала|makhachkala
RU-IN ингушетия|ingushetia|магас|magas
RU-IRK иркутская|irkutsk|иркутск
RU-IVA ивановская|ivanovo|иваново
RU-KAM камчатский|камчатка|kamchatka|петропавловск камчатский
RU-KB кабардино балкарская|кабардино балкария|kabardino balkaria|нальчик|nalchik
RU-KC карачаево черкесская|карачаево черкесия|karachay cherkessia|черкесск
RU-KDA краснодарский|krasnodar|краснодар|кубань|сочи|новороссийск
RU-KEM кемеровская|кемеровская кузбасс|kemerovo|кемерово|кузбасс|новокузнецк
RU-KGD калининградская|kaliningrad|калининград
RU-KGN курганская|kurgan|курган
RU-KHA хабаровский|khabarovsk|хабаровск
RU-KHM ханты мансийский югра|ханты мансийский|югра|хмао|khanty mansi|сургут|surgut|нижневартовск|ханты мансийск
RU-KIR кировская|kirov|киров
RU-KK хакасия|khakassia|абакан|abakan
RU-KL калмыкия|kalmykia|элиста|elista
RU-KLU калужская|kaluga|калуга
RU-KO коми|komi|сыктывкар|syktyvkar
RU-KOS костромская|kostroma|кострома
RU-KR карелия|karelia|петрозаводск|petrozavodsk
RU-KRS курская|kursk|курск
RU-KYA красноярский|krasnoyarsk|красноярск|норильск
RU-LEN ленинградская|leningrad|гатчина
RU-LIP липецкая|lipetsk|липецк
RU-MAG магаданская|magadan|магадан
RU-ME марий эл|mari el|йошкар ола|yoshkar ola
RU-MO мордовия|mordovia|саранск|saransk
RU-MOS московская|подмосковье|moscow oblast|moscow region|химки|подольск|балашиха
RU-MOW москва|moscow|мск
RU-MUR мурманская|murmansk|мурманск
RU-NEN ненецкий|nenets|нарьян мар
RU-NGR новгородская|novgorod|великий новгород|veliky novgorod
RU-NIZ нижегородская|nizhny novgorod|нижний новгород
RU-NVS новосибирская|novosibirsk|новосибирск
RU-OMS омская|omsk|омск
RU-ORE оренбургская|orenburg|оренбург
RU-ORL орловская|oryol|orel|орел|орёл
RU-PER пермский|perm|пермь
RU-PNZ пензенская|penza|пенза
RU-PRI приморский|приморье|primorsky|primorye|владивосток|vladivostok
RU-PSK псковская|pskov|псков
RU-ROS ростовская|rostov|ростов на дону|rostov on don|таганрог
RU-RYA рязанская|ryazan|рязань
RU-SA саха якутия|саха|якутия|yakutia|sakha|якутск|yakutsk
RU-SAK сахалинская|сахалин|sakhalin|южно сахалинск
RU-SAM самарская|samara|самара|тольятти|tolyatti
RU-SAR саратовская|saratov|саратов
RU-SE северная осетия алания|северная осетия|north ossetia|владикавказ|vladikavkaz
RU-SMO смоленская|smolensk|смоленск
RU-SPE санкт петербург|петербург|спб|питер|saint petersburg|st petersburg|petersburg
RU-STA ставропольский|stavropol|ставрополь
RU-SVE свердловская|sverdlovsk|екатеринбург|yekaterinburg|ekaterinburg|нижний тагил
RU-TA татарстан|tatarstan|казань|kazan|набережные челны|naberezhnye chelny|нижнекамск|альметьевск
RU-TAM тамбовская|tambov|тамбов
RU-TOM томская|tomsk|томск
RU-TUL тульская|tula|тула
RU-TVE тверская|tver|тверь
RU-TY тыва|тува|tuva|кызыл|kyzyl
RU-TYU тюменская|tyumen|тюмень
RU-UD удмуртская|удмуртия|udmurtia|ижевск|izhevsk
RU-ULY ульяновская|ulyanovsk|ульяновск
RU-VGG волгоградская|volgograd|волгоград
RU-VLA владимирская|vladimir|владимир
RU-VLG вологодская|vologda|вологда|череповец
RU-VOR воронежская|voronezh|воронеж
RU-YAN ямало ненецкий|yamalo nenets|янао|салехард|новый уренгой|ноябрьск
RU-YAR ярославская|yaroslavl|ярославль
RU-YEV еврейская|jewish|биробиджан|birobidzhan
RU-ZAB забайкальский|забайкалье|zabaykalsky|чита|chita
UA-09 луганская|luhansk
UA-14 донецкая|donetsk
UA-23 запорожская|zaporizhzhia
UA-40 севастополь|sevastopol
UA-43 крым|crimea|симферополь|simferopol
UA-65 херсонская|kherson
"""
"""ISO 3166-2 code, then its names in their normal form: regions without the generic word, and their main towns."""

_CODES = {
    name: code
    for code, _, names in (line.partition(" ") for line in REGIONS.strip().splitlines())
    for name in names.split("|")
}


@remember
def region_code(text: str) -> str | None:
    """The ISO 3166-2 code of a region or its main town, in Russian or English; None where unknown."""
    if _CODE.fullmatch(text.strip()):
        return text.strip().upper()
    name = normal(text)
    return _CODES.get(name) or _CODES.get(" ".join(_GENERIC.sub(" ", name).split()))
