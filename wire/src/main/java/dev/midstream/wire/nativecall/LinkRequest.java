package dev.midstream.wire.nativecall;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * Queries an interface with rtnetlink(7): its name and its master. Every query uses its own socket.
 */
public final class LinkRequest {
  private static final int AF_NETLINK = 16;
  private static final int NETLINK_ROUTE = 0;

  /* A struct nlmsghdr, a struct ifinfomsg, and attributes. */
  private static final int TYPE = 4;
  private static final int FLAGS = 6;
  private static final int ERROR = 16;
  private static final int INDEX = 20;
  private static final int ATTRIBUTES = 32;
  private static final int MAX_BYTES = 1 << 15;

  private static final short RTM_GETLINK = 18;
  private static final short RTM_NEWLINK = 16;
  private static final short NLMSG_ERROR = 2;
  private static final short NLM_F_REQUEST = 1;

  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MASTER = 10;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_INFO_SLAVE_KIND = 4;
  private static final int ATTRIBUTE_HEADER_BYTES = 4;
  private static final int ATTRIBUTE_TYPE_MASK = 0x3fff;

  private final Linux linux;
  private final MemorySegment message;
  private MemorySegment attributes = MemorySegment.NULL;

  public LinkRequest(Linux linux) {
    this.linux = linux;
    message = linux.allocate(MAX_BYTES);
  }

  /** Queries the interface with {@code index}; returns the negative {@link Errno} if that fails. */
  public int query(int index) {
    attributes = MemorySegment.NULL;
    int type = PacketDescriptor.SOCK_RAW | PacketDescriptor.SOCK_CLOEXEC;
    int socket = linux.socket(AF_NETLINK, type, NETLINK_ROUTE);
    if (socket < 0) {
      return socket;
    }
    try {
      return query(socket, index);
    } finally {
      int ignored = linux.close(socket);
    }
  }

  /** The name of the interface. */
  public String name() {
    return text(attribute(attributes, IFLA_IFNAME));
  }

  /** The index of its master; 0 if it has none. */
  public int master() {
    MemorySegment master = attribute(attributes, IFLA_MASTER);
    return master.byteSize() < Integer.BYTES ? 0 : master.get(JAVA_INT, 0);
  }

  /** The kind of its master, such as bridge; empty if unknown. */
  public String masterKind() {
    return text(attribute(attribute(attributes, IFLA_LINKINFO), IFLA_INFO_SLAVE_KIND));
  }

  /** The kernel replies before the request returns. */
  private int query(int socket, int index) {
    message.asSlice(0, ATTRIBUTES).fill((byte) 0);
    message.set(JAVA_INT, 0, ATTRIBUTES);
    message.set(JAVA_SHORT, TYPE, RTM_GETLINK);
    message.set(JAVA_SHORT, FLAGS, NLM_F_REQUEST);
    message.set(JAVA_INT, INDEX, index);
    int sent = linux.write(socket, message.address(), ATTRIBUTES);
    if (sent < 0) {
      return sent;
    }
    int length = linux.read(socket, message.address(), MAX_BYTES);
    if (length < ATTRIBUTES) {
      return -Errno.EIO;
    }
    return switch (message.get(JAVA_SHORT, TYPE)) {
      case RTM_NEWLINK -> {
        attributes = message.asSlice(ATTRIBUTES, length - ATTRIBUTES);
        yield 0;
      }
      case NLMSG_ERROR -> message.get(JAVA_INT, ERROR);
      default -> -Errno.EIO;
    };
  }

  private static String text(MemorySegment attribute) {
    return attribute.byteSize() == 0 ? "" : attribute.getString(0);
  }

  /** The value of the first attribute of a type; {@link MemorySegment#NULL} if there is none. */
  private static MemorySegment attribute(MemorySegment among, int type) {
    long at = 0;
    while (at + ATTRIBUTE_HEADER_BYTES <= among.byteSize()) {
      int length = among.get(JAVA_SHORT, at) & 0xffff;
      if (length < ATTRIBUTE_HEADER_BYTES || length > among.byteSize() - at) {
        break;
      }
      if ((among.get(JAVA_SHORT, at + 2) & ATTRIBUTE_TYPE_MASK) == type) {
        return among.asSlice(at + ATTRIBUTE_HEADER_BYTES, length - ATTRIBUTE_HEADER_BYTES);
      }
      at += (length + 3) & ~3;
    }
    return MemorySegment.NULL;
  }
}
