"""A link out of the data is a link only to a platform's own host over https; else it is text."""

from urllib.parse import quote, urlsplit

from reports.reading import said_in

HOSTS = frozenset(
    {
        "www.instagram.com",
        "instagram.com",
        "www.tiktok.com",
        "tiktok.com",
        "vm.tiktok.com",
        "www.youtube.com",
        "youtube.com",
        "youtu.be",
        "x.com",
        "twitter.com",
    }
)


def safe_link(address: object) -> str:
    """The address if it may be linked, else nothing. Ports, credentials and odd characters disqualify it."""
    text = said_in(address)
    if not text or text != address:
        return ""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme != "https" or port is not None or parts.netloc.lower() not in HOSTS:
        return ""
    path, query = quote(parts.path, safe="/%@:-._~!$&'()*+,;="), quote(parts.query, safe="%=&-._~")
    return f"https://{parts.netloc.lower()}{path}{'?' + query if query else ''}"
