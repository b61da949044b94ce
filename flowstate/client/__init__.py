"""Makes calls: pinned hosts, token, retries, limits and guards. Knows no service; what is special arrives as arguments.

Client.call            client      one call, from the guards to the answer
├── guard                          what is refused before the network
├── forms                          which documented spelling of a call this service answers
├── retry                          which failures are sent again, and after which wait
├── token                          client credentials, in memory, refreshed early
├── wire                           one attempt: a slot, a deadline, a reply or a failure
│   ├── hosts                      base URLs, checked, and the URL of a call
│   ├── rate                       how many attempts run side by side
│   ├── limits                     how much of a body is read
│   └── transport                  connections, TLS, proxies
├── reply                          what a status means
└── secrets                        one-time secrets leave the answer before anyone sees it
"""

from flowstate.client.client import Client
from flowstate.client.connection import Connection, ErrorReader
from flowstate.client.secrets import Deliver, hand_over
from flowstate.client.wire import Counts

__all__ = ["Client", "Connection", "Counts", "Deliver", "ErrorReader", "hand_over"]
