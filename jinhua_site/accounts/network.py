"""From where a request comes, as far as it can be believed."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings

NOWHERE = "::"  # the unspecified address


def address_of(request):
    """Return the visitor's network address, or `NOWHERE` if nobody trustworthy has told it.

    A proxy of ours is who comes by the socket, which has no address, or from one that the
    operator has named; it says exactly one address. What others say of themselves is not read.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    known = _parsed(peer)
    if not peer or (known and any(known in network for network in settings.TRUSTED_PROXIES)):
        known = _parsed(request.META.get("HTTP_X_FORWARDED_FOR", "")) or known
    return str(known or NOWHERE)


def _parsed(text):
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or ip_address(address.packed)  # without a zone
    return address
