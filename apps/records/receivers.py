"""At each sign-in of a client: is there a notice they were not shown yet?"""

from apps.care.models import Client
from apps.disclosures.services import notices

# In the session, while there is. Pages then need not ask.
NOTICE = "notice"


def look_for_the_notice(sender, request, user, **kwargs):
    client = Client.objects.filter(user=user).first() if user.is_client else None
    if client is not None and notices.read_of(client) is None:
        request.session[NOTICE] = True
