package dev.midstream.wire.bucket;

import dev.midstream.wire.bucket.FilterAssembler.Label;
import dev.midstream.wire.header.IpProtocol;

/**
 * Builds the program by which the kernel gives a socket the packets of one share: those whose
 * bucket modulo {@code shares} is {@code share}. Every Ethernet frame is accepted by the program of
 * exactly one share.
 *
 * <p>The program parses IPv4 with options but without source routes, IPv6 without extension
 * headers, and one VLAN tag in addition to the one that the kernel removes. It does not parse ICMP
 * errors. Packets that it cannot parse belong to bucket 0.
 */
public final class BucketFilter {
  /*
   * A load beyond the end of the packet would drop the packet in every share, so the length is
   * checked before every load.
   */
  private static final int ALL = -1;
  private static final int NONE = 0;
  private static final int SOURCE = 0;
  private static final int DESTINATION = 1;
  private static final int SOURCE_PORT = 2;
  private static final int DESTINATION_PORT = 3;
  private static final int BASE = 4;
  private static final int PROTOCOL = 5;
  private static final int SCRATCH = 6;

  private static final int ETHERNET_BYTES = 14;
  private static final int TAGGED_BYTES = 18;
  private static final int[] TAGS = {0x8100, 0x88a8, 0x9100};
  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_IPV6 = 0x86dd;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int FRAGMENT_BITS = 0x3fff;
  private static final int PORTS_BYTES = 4;
  private static final int ICMP_BYTES = 8;
  private static final int ECHO_IDENTIFIER = 4;

  private final BucketKey key;
  private final FilterAssembler program = new FilterAssembler();
  private final Label otherwise = new Label();
  private final Label hash = new Label();
  private final Label ports = new Label();

  private BucketFilter(BucketKey key) {
    this.key = key;
  }

  /** Builds the program for share {@code share} of {@code shares}. */
  public static FilterProgram of(BucketKey key, int share, int shares) {
    if (share < 0 || share >= shares || shares > BucketHash.BUCKETS) {
      throw new IllegalArgumentException("no such share: share=" + share + " shares=" + shares);
    }
    return new BucketFilter(key).build(share, shares);
  }

  private FilterProgram build(int share, int shares) {
    Label ipv4 = new Label();
    Label ipv6 = new Label();
    link(ipv4, ipv6);
    ipv4(ipv4);
    ipv6(ipv6);
    program.at(ports).loadTwoAtX(0).store(SOURCE_PORT).loadTwoAtX(2).store(DESTINATION_PORT);
    hash();
    Label none = new Label();
    program.modulo(shares).ifNotEqual(share, none).accept(ALL).at(none).accept(NONE);
    program.at(otherwise).accept(share == 0 ? ALL : NONE);
    return program.assemble();
  }

  /** X = the offset of the IP header. */
  private void link(Label ipv4, Label ipv6) {
    Label tagged = new Label();
    Label type = new Label();
    program.set(0).store(SOURCE_PORT).store(DESTINATION_PORT);
    program.loadLength().ifBelow(ETHERNET_BYTES, otherwise);
    program.setX(ETHERNET_BYTES).loadTwo(ETHERNET_BYTES - 2);
    for (int tag : TAGS) {
      program.ifEqual(tag, tagged);
    }
    program.jump(type).at(tagged);
    program.loadLength().ifBelow(TAGGED_BYTES, otherwise);
    program.setX(TAGGED_BYTES).loadTwo(TAGGED_BYTES - 2);
    program.at(type).ifEqual(TYPE_IPV4, ipv4).ifEqual(TYPE_IPV6, ipv6).jump(otherwise);
  }

  private void ipv4(Label here) {
    program.at(here);
    start(IPV4_BYTES, 4);
    program.loadFourAtX(12).store(SOURCE).loadFourAtX(16).store(DESTINATION);
    program.loadOctetAtX(9).store(PROTOCOL);
    program.loadTwoAtX(6).and(FRAGMENT_BITS).store(SCRATCH);
    program.loadOctetAtX(0).and(0xf).shiftLeft(2).ifBelow(IPV4_BYTES, otherwise);
    program.addX().moveToX().loadLength().ifBelowX(otherwise);
    program.load(SCRATCH).ifNotEqual(0, hash);
    transport(4, IpProtocol.ICMP);
  }

  private void ipv6(Label here) {
    program.at(here);
    start(IPV6_BYTES, 6);
    fold(8, SOURCE);
    fold(24, DESTINATION);
    program.loadOctetAtX(6).store(PROTOCOL);
    program.set(IPV6_BYTES).addX().moveToX();
    transport(6, IpProtocol.ICMPV6);
  }

  /** Checks that the IP header is present and of the version that the link header announced. */
  private void start(int headerBytes, int version) {
    program.storeX(BASE).loadLength().subtractX().ifBelow(headerBytes, otherwise);
    program.loadOctetAtX(0).shiftRight(4).ifNotEqual(version, otherwise);
  }

  /** M[place] = the xor of the four words of an address. */
  private void fold(int offset, int place) {
    program.loadFourAtX(offset).store(place);
    for (int word = 1; word < 4; word++) {
      program.loadFourAtX(offset + 4 * word).loadX(place).xorX().store(place).loadX(BASE);
    }
  }

  /** X = the offset of the transport header, which is within the packet. */
  private void transport(int version, int icmpProtocol) {
    Label tcp = new Label();
    Label udp = new Label();
    Label icmp = new Label();
    program.load(PROTOCOL);
    program.ifEqual(IpProtocol.TCP, tcp).ifEqual(IpProtocol.UDP, udp).ifEqual(icmpProtocol, icmp);
    program.ifEqual(IpProtocol.ESP, hash).ifEqual(IpProtocol.GRE, hash);
    program.ifEqual(IpProtocol.L2TP, hash).ifEqual(IpProtocol.AH, hash).jump(otherwise);
    program.at(tcp).loadLength().subtractX().ifBelow(PORTS_BYTES, otherwise).jump(ports);
    program.at(udp).loadLength().subtractX().ifBelow(PORTS_BYTES, otherwise);
    program.loadTwoAtX(0);
    ifTunnelPort();
    program.loadTwoAtX(2);
    ifTunnelPort();
    program.jump(ports);
    program.at(icmp).loadLength().subtractX().ifBelow(ICMP_BYTES, otherwise);
    echo(version);
  }

  private void ifTunnelPort() {
    program.ifEqual(IpProtocol.KEY_EXCHANGE_PORT, hash);
    program.ifEqual(IpProtocol.KEY_EXCHANGE_TRANSLATED_PORT, hash);
    program.ifEqual(IpProtocol.L2TP_PORT, hash);
  }

  private void echo(int version) {
    Label echo = new Label();
    program.loadOctetAtX(0);
    for (int type = 0; type <= 0xff; type++) {
      if (IpProtocol.isEcho(version, type)) {
        program.ifEqual(type, echo);
      }
    }
    program.jump(otherwise);
    program.at(echo).loadTwoAtX(ECHO_IDENTIFIER).store(SOURCE_PORT).jump(hash);
  }

  /** A = the bucket, the same as in {@link BucketHash}. */
  private void hash() {
    program.at(hash);
    mix(SOURCE, DESTINATION, key.addressDifference(), key.addressSum());
    program.store(BASE);
    mix(SOURCE_PORT, DESTINATION_PORT, key.portDifference(), key.portSum());
    program.loadX(BASE).xorX().store(SCRATCH).shiftRight(16).loadX(SCRATCH).xorX();
    program.multiply(key.last()).shiftRight(Integer.SIZE - BucketHash.BUCKET_BITS);
  }

  private void mix(int one, int other, int difference, int sum) {
    program.loadX(other).load(one).xorX().multiply(difference).store(SCRATCH);
    program.load(one).addX().multiply(sum).loadX(SCRATCH).addX();
  }
}
