"""What is told of a person: flat traits under one set of names, and what libraries find out about them."""

from typing import Any

from pomona.formats.company_domain import read_domain
from pomona.formats.email_address import read_email
from pomona.formats.job_title import seniority
from pomona.formats.phone_number import read_phone
from pomona.formats.place import region_code

Traits = dict[str, Any]
Found = dict[str, dict[str, Any]]

NAMES = {
    "firstName": "first_name",
    "lastName": "last_name",
    "title": "job_title",
    "jobTitle": "job_title",
    "position": "job_title",
    "company": "company.name",
    "organization": "company.name",
    "company.employee_count": "company.employees",
    "company.employeeCount": "company.employees",
    "company.website": "company.domain",
    "company.is_client": "account.is_client",
}
"""Names that Segment's clients use, and ours."""
MOST_DIGITS = 15
"""No company has more employees; Python itself refuses to read thousands of digits."""


def flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested objects as dotted names; everything else as it is."""
    result: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            result.update(flat(value, f"{prefix}{name}."))
        else:
            result[prefix + name] = value
    return result


def read_traits(values: dict[str, Any], prefix: str = "") -> tuple[Traits, Found]:
    """Traits under our names, and what was found out about them.

    An e-mail address or phone number that cannot be one is kept as `email_as_written`, `phone_as_written`.
    """
    traits = {NAMES.get(name, name): value for name, value in flat(values, prefix).items()}
    found: Found = {}
    _domain(traits)
    _email(traits, found)
    _phone(traits, found)
    _region(traits, found)
    _job_title(traits, found)
    _employees(traits)
    return traits, found


def _domain(traits: Traits) -> None:
    """People send the address of their site; what is none stays as it is."""
    told = traits.get("company.domain")
    if isinstance(told, str):
        traits["company.domain"] = read_domain(told) or told


def _email(traits: Traits, found: Found) -> None:
    written = traits.get("email")
    if written is None:
        return
    email = read_email(written) if isinstance(written, str) else None
    if email is None:
        traits["email_as_written"] = traits.pop("email")
        return
    traits["email"] = email.normal
    found["email"] = {"kind": email.kind, "domain": email.domain}
    if not email.is_company:
        return
    found["email"]["account"] = email.domain
    if "company.domain" not in traits:
        traits["company.domain"] = email.domain
        found["company.domain"] = {"from": "email"}


def _phone(traits: Traits, found: Found) -> None:
    written = traits.get("phone")
    if written is None:
        return
    phone = read_phone(str(written)) if isinstance(written, str | int) else None
    if phone is None:
        traits["phone_as_written"] = traits.pop("phone")
        return
    traits["phone"] = phone.normal
    found["phone"] = {"kind": phone.kind}
    if phone.region is not None:
        found["phone"]["region"] = phone.region


def _region(traits: Traits, found: Found) -> None:
    """A region as told, else of the address told, else of the phone number."""
    told = traits.get("region")
    if isinstance(told, str):
        traits["region"] = region_code(told) or told
        return
    if told is not None or "region" in traits:
        return
    for source in ("address.region", "address.state", "address.city", "city"):
        code = region_code(traits[source]) if isinstance(traits.get(source), str) else None
        if code is not None:
            break
    else:
        source, code = "phone", found.get("phone", {}).get("region")
    if code is not None:
        traits["region"] = code
        found["region"] = {"from": source}


def _job_title(traits: Traits, found: Found) -> None:
    title = traits.get("job_title")
    level = seniority(title) if isinstance(title, str) else None
    if level is not None:
        found["job_title"] = {"seniority": level}


def _employees(traits: Traits) -> None:
    """Forms and files send the number of employees as text."""
    told = traits.get("company.employees")
    if isinstance(told, str) and told.strip().isdecimal() and len(told) <= MOST_DIGITS:
        traits["company.employees"] = int(told)
