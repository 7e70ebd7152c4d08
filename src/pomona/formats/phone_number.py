"""Phone numbers as people write them: E.164, kind of line, region."""

import msgspec
import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, geocoder

from pomona.formats.place import region_code
from pomona.formats.remember import remember

LONGEST = 60
"""Characters of a number as written at most."""

HOME_COUNTRY = "RU"
"""Where a number without a country code is dialled from."""

MOSCOW = ("495", "498", "499")
"""City codes of Moscow, which the library's data gives to the region around it."""

_KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.TOLL_FREE: "toll_free",
}


class Phone(msgspec.Struct, frozen=True):
    """`normal` is E.164; `kind` mobile, landline, toll_free or other; `region` an ISO 3166 code where known."""

    normal: str
    kind: str
    region: str | None


@remember
def read_phone(text: str, country: str = HOME_COUNTRY) -> Phone | None:
    """The number as the world dials it; None where the text cannot be one. Extensions are dropped."""
    if len(text) > LONGEST:
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(normal, _KINDS.get(phonenumbers.number_type(number), "other"), _region(number))


def _region(number: PhoneNumber) -> str | None:
    """ISO 3166-2 for Russian landlines; the country for foreign numbers; None for Russian mobiles (portable)."""
    country = phonenumbers.region_code_for_number(number)
    if country != "RU":
        return country
    if str(number.national_number).startswith(MOSCOW):
        return "RU-MOW"
    return region_code(geocoder.description_for_number(number, "ru"))


def written(number: str) -> str:
    """An E.164 number as people write it: `+7 843 000-00-01`; any other text as it is."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return number
