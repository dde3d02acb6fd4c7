"""From where a request comes, as far as it can be believed."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings

SUBSCRIBER = 64  # bits of an IPv6 address; what follows, each visitor may choose at will


def address_of(request):
    """The visitor's network address; empty where nobody trustworthy has told it.

    A proxy of ours is who comes by the socket, which has no address, or from one that the
    operator has named; it says exactly one address. What others say of themselves is not read.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    known = _parsed(peer)
    if not peer or (known and any(known in network for network in settings.TRUSTED_PROXIES)):
        known = _parsed(request.META.get("HTTP_X_FORWARDED_FOR", "")) or known
    return str(known or "")


def block_of(address):
    """What counts as one visitor: an IPv4 address, or the network of an IPv6 one."""
    known = _parsed(address)
    if isinstance(known, IPv6Address):
        return str(ip_network((known, SUBSCRIBER), strict=False))
    return address


def _parsed(text):
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or ip_address(address.packed)  # without a zone
    return address
