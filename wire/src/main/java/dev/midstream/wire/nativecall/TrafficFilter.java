package dev.midstream.wire.nativecall;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Attaches a traffic program to what an interface receives, with rtnetlink(7): as a filter of the
 * queueing discipline clsact, which every kernel since Linux 4.5 has. It stays until it is removed
 * or the interface disappears, whether or not its process lives. Every request returns 0, or the
 * negative {@link Errno}.
 */
public final class TrafficFilter {
  private static final int AF_NETLINK = 16;
  private static final int NETLINK_ROUTE = 0;

  /* A struct nlmsghdr, a struct tcmsg, and attributes. */
  private static final int TYPE = 4;
  private static final int FLAGS = 6;
  private static final int ERROR = 16;
  private static final int INDEX = 20;
  private static final int HANDLE = 24;
  private static final int PARENT = 28;
  private static final int INFO = 32;
  private static final int ATTRIBUTES = 36;
  private static final int MAX_BYTES = 1 << 10;
  private static final int ATTRIBUTE_HEADER_BYTES = 4;

  private static final short RTM_NEWQDISC = 36;
  private static final short RTM_NEWTFILTER = 44;
  private static final short RTM_DELTFILTER = 45;
  private static final short NLMSG_ERROR = 2;
  private static final int NLM_F_REQUEST = 1;
  private static final int NLM_F_ACK = 4;
  private static final int NLM_F_REPLACE = 0x100;
  private static final int NLM_F_EXCL = 0x200;
  private static final int NLM_F_CREATE = 0x400;

  private static final int CLSACT = 0xffff_fff1;
  private static final int CLSACT_HANDLE = 0xffff_0000;
  private static final int INGRESS = 0xffff_fff2;

  /** The first priority, and ETH_P_ALL in network byte order. */
  private static final int FIRST_OF_ALL = 1 << 16 | 0x0300;

  private static final int ONLY_HANDLE = 1;
  private static final int TCA_KIND = 1;
  private static final int TCA_OPTIONS = 2;
  private static final int TCA_BPF_FD = 6;
  private static final int TCA_BPF_NAME = 7;
  private static final int TCA_BPF_FLAGS = 8;
  private static final int ACTS_DIRECTLY = 1;

  private final Linux linux;
  private final MemorySegment message;
  private int at;

  public TrafficFilter(Linux linux) {
    this.linux = linux;
    message = linux.allocate(MAX_BYTES);
  }

  /**
   * Attaches {@code program} to the interface with {@code index}, in place of the filter that an
   * earlier call attached.
   */
  public int attach(int index, int program, String name) {
    begin(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, index, CLSACT_HANDLE, CLSACT, 0);
    put(TCA_KIND, "clsact");
    int made = send();
    if (made < 0 && made != -Errno.EEXIST) {
      return made;
    }
    begin(RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_REPLACE, index, ONLY_HANDLE, INGRESS, FIRST_OF_ALL);
    put(TCA_KIND, "bpf");
    int options = at;
    at += ATTRIBUTE_HEADER_BYTES;
    put(TCA_BPF_FD, program);
    put(TCA_BPF_NAME, name);
    put(TCA_BPF_FLAGS, ACTS_DIRECTLY);
    header(options, TCA_OPTIONS, at - options);
    return send();
  }

  /** Removes the filter of the interface with {@code index}. */
  public int detach(int index) {
    begin(RTM_DELTFILTER, 0, index, ONLY_HANDLE, INGRESS, FIRST_OF_ALL);
    put(TCA_KIND, "bpf");
    return send();
  }

  private void begin(short type, int flags, int index, int handle, int parent, int info) {
    message.fill((byte) 0);
    message.set(JAVA_SHORT, TYPE, type);
    message.set(JAVA_SHORT, FLAGS, (short) (NLM_F_REQUEST | NLM_F_ACK | flags));
    message.set(JAVA_INT, INDEX, index);
    message.set(JAVA_INT, HANDLE, handle);
    message.set(JAVA_INT, PARENT, parent);
    message.set(JAVA_INT, INFO, info);
    at = ATTRIBUTES;
  }

  private void put(int type, int value) {
    header(at, type, ATTRIBUTE_HEADER_BYTES + Integer.BYTES);
    message.set(JAVA_INT, at + ATTRIBUTE_HEADER_BYTES, value);
    at += ATTRIBUTE_HEADER_BYTES + Integer.BYTES;
  }

  private void put(int type, String text) {
    byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
    int bytes = ATTRIBUTE_HEADER_BYTES + octets.length + 1;
    header(at, type, bytes);
    MemorySegment.copy(octets, 0, message, JAVA_BYTE, at + ATTRIBUTE_HEADER_BYTES, octets.length);
    at += (bytes + 3) & ~3;
  }

  private void header(int place, int type, int bytes) {
    message.set(JAVA_SHORT, place, (short) bytes);
    message.set(JAVA_SHORT, place + 2, (short) type);
  }

  /** The kernel replies before the request returns. */
  private int send() {
    message.set(JAVA_INT, 0, at);
    int type = PacketDescriptor.SOCK_RAW | PacketDescriptor.SOCK_CLOEXEC;
    int socket = linux.socket(AF_NETLINK, type, NETLINK_ROUTE);
    if (socket < 0) {
      return socket;
    }
    try {
      int sent = linux.write(socket, message.address(), at);
      int read = sent < 0 ? sent : linux.read(socket, message.address(), MAX_BYTES);
      boolean isReply = read > ERROR && message.get(JAVA_SHORT, TYPE) == NLMSG_ERROR;
      return isReply ? message.get(JAVA_INT, ERROR) : sent < 0 ? sent : -Errno.EIO;
    } finally {
      int ignored = linux.close(socket);
    }
  }
}
