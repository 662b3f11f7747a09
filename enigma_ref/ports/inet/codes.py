"""Numbers that prim_inet and its drivers tell each other (inet_int.hrl)."""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Final

MAGIC: Final = 0x03F1A300
"""What is added to the number of a request, so that it is one of these drivers' own."""

ERROR, OK, REPLY = 0, 1, 2
"""The first byte of an answer to a request; REPLY promises a message."""

INFINITY: Final = 0xFFFFFFFF
"""A time that is never over."""


class Request(IntEnum):
    """What port_control/3 asks for."""

    OPEN = 1
    CLOSE = 2
    CONNECT = 3
    PEER = 4
    NAME = 5
    BIND = 6
    SETOPTS = 7
    GETOPTS = 8
    GETSTAT = 11
    GETHOSTNAME = 12
    FDOPEN = 13
    GETFD = 14
    GETTYPE = 15
    GETSTATUS = 16
    GETSERVBYNAME = 17
    GETSERVBYPORT = 18
    SETNAME = 19
    SETPEER = 20
    GETIFLIST = 21
    IFGET = 22
    IFSET = 23
    SUBSCRIBE = 24
    GETIFADDRS = 25
    ACCEPT = 26
    LISTEN = 27
    IGNOREFD = 28
    GETLADDRS = 29
    GETPADDRS = 30
    TCP_RECV = 42
    UNRECV = 43
    SHUTDOWN = 44
    SENDFILE = 45
    PACKET_RECV = 60


class Family(IntEnum):
    """Families of addresses; ANY and LOOPBACK are addresses of the socket's own family."""

    UNSPEC = 0
    INET = 1
    INET6 = 2
    ANY = 3
    LOOPBACK = 4
    LOCAL = 5
    UNDEFINED = 6


class Kind(IntEnum):
    """Types of sockets."""

    STREAM = 1
    DGRAM = 2
    SEQPACKET = 3


class Protocol(IntEnum):
    """Protocols that a socket is opened for since 29."""

    DEFAULT = 0
    TCP = 1
    UDP = 2
    SCTP = 3
    MPTCP = 4


class Status(IntFlag):
    """What a socket is doing (getstatus)."""

    CLOSED = 0
    OPEN = 0x01
    ACTIVE = 0x04
    LISTEN = 0x08
    CONNECTING = 0x10
    ACCEPTING = 0x20
    BUSY = 0x80

    CONNECTED = OPEN | ACTIVE
    LISTENING = OPEN | LISTEN


class Active(IntEnum):
    """Who gets what comes: nobody who has not asked, or the owner, for ever or so many times."""

    PASSIVE = 0
    ACTIVE = 1
    ONCE = 2
    MULTI = 3


class Packet(IntEnum):
    """How a stream is cut into packets."""

    RAW = 0
    ONE = 1
    TWO = 2
    FOUR = 3
    ASN1 = 4
    SUNRM = 5
    CDR = 6
    FCGI = 7
    LINE = 8
    TPKT = 9
    HTTP = 10
    HTTPH = 11
    SSL_TLS = 12
    HTTP_BIN = 13
    HTTPH_BIN = 14


class Option(IntEnum):
    """Options of setopts and getopts."""

    REUSEADDR = 0
    KEEPALIVE = 1
    DONTROUTE = 2
    LINGER = 3
    BROADCAST = 4
    OOBINLINE = 5
    SNDBUF = 6
    RCVBUF = 7
    PRIORITY = 8
    TOS = 9
    NODELAY = 10
    MULTICAST_IF = 11
    MULTICAST_TTL = 12
    MULTICAST_LOOP = 13
    ADD_MEMBERSHIP = 14
    DROP_MEMBERSHIP = 15
    IPV6_V6ONLY = 16
    REUSEPORT = 17
    REUSEPORT_LB = 18
    EXCLUSIVEADDRUSE = 19
    BUFFER = 20
    HEADER = 21
    ACTIVE = 22
    PACKET = 23
    MODE = 24
    DELIVER = 25
    EXIT_ON_CLOSE = 26
    HIGH_WATERMARK = 27
    LOW_WATERMARK = 28
    SEND_TIMEOUT = 30
    DELAY_SEND = 31
    PACKET_SIZE = 32
    READ_PACKETS = 33
    RAW = 34
    SEND_TIMEOUT_CLOSE = 35
    HIGH_MSGQ_WATERMARK = 36
    LOW_MSGQ_WATERMARK = 37
    NETNS = 38
    SHOW_ECONNRESET = 39
    LINE_DELIMITER = 40
    TCLASS = 41
    BIND_TO_DEVICE = 42
    RECVTOS = 43
    RECVTCLASS = 44
    PKTOPTIONS = 45
    TTL = 46
    RECVTTL = 47
    NOPUSH = 48
    READ_AHEAD = 49
    NON_BLOCK_SEND = 50
    KEEPCNT = 51
    KEEPIDLE = 52
    KEEPINTVL = 53
    USER_TIMEOUT = 54
    DEBUG = 99


class Statistic(IntEnum):
    """What getstat tells; octets take 8 bytes, everything else 4."""

    RECV_CNT = 1
    RECV_MAX = 2
    RECV_AVG = 3
    RECV_DVI = 4
    SEND_CNT = 5
    SEND_MAX = 6
    SEND_AVG = 7
    SEND_PEND = 8
    RECV_OCT = 9
    SEND_OCT = 10


EMPTY_OUT_Q: Final = 1
"""What can be subscribed to: the moment when nothing waits to be sent any more."""


class Interface(IntEnum):
    """What is known of a network interface."""

    ADDR = 1
    BROADADDR = 2
    DSTADDR = 3
    MTU = 4
    NETMASK = 5
    FLAGS = 6
    HWADDR = 7


class InterfaceFlag(IntFlag):
    """Flags of an interface; the last ones only turn others off."""

    UP = 0x01
    BROADCAST = 0x02
    LOOPBACK = 0x04
    POINTTOPOINT = 0x08
    RUNNING = 0x10
    MULTICAST = 0x20
    DOWN = 0x100
    NO_BROADCAST = 0x200
    NO_POINTTOPOINT = 0x800
