package dev.midstream.wire.nativecall;

/** Constants of packet(7) and socket(7), named as in linux/if_packet.h and asm-generic/socket.h. */
public final class PacketDescriptor {
  public static final int AF_PACKET = 17;
  public static final int SOCK_RAW = 3;
  public static final int SOCK_NONBLOCK = 0x800;
  public static final int SOCK_CLOEXEC = 0x80000;
  public static final int ETH_P_ALL = 3;

  public static final int SOL_SOCKET = 1;
  public static final int SO_ERROR = 4;
  public static final int SO_SNDBUF = 7;
  public static final int SO_RCVBUF = 8;
  public static final int SO_ATTACH_FILTER = 26;
  public static final int SO_SNDBUFFORCE = 32;
  public static final int SO_RCVBUFFORCE = 33;
  public static final int SO_ATTACH_BPF = 50;

  public static final int SOL_PACKET = 263;
  public static final int PACKET_ADD_MEMBERSHIP = 1;
  public static final int PACKET_RX_RING = 5;
  public static final int PACKET_STATISTICS = 6;
  public static final int PACKET_AUXDATA = 8;
  public static final int PACKET_VERSION = 10;
  public static final int PACKET_VNET_HDR = 15;
  public static final int PACKET_IGNORE_OUTGOING = 23;
  public static final int TPACKET_V2 = 1;
  public static final int PACKET_MR_PROMISC = 1;

  private PacketDescriptor() {}
}
