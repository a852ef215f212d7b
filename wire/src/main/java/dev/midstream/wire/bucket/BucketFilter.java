package dev.midstream.wire.bucket;

import dev.midstream.wire.bucket.FilterAssembler.Label;
import dev.midstream.wire.header.IpProtocol;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Builds the program by which the kernel gives a socket the packets of a set of buckets. Every
 * Ethernet frame, whatever it holds, belongs to exactly one bucket. So if sets divide the buckets
 * among sockets, exactly one of them receives each frame.
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
  /*
   * The set is a bitmap of words of 32 bits. A classic program cannot index constants, so a tree of
   * comparisons finds the word:
   *
   *   word = bucket >>> 5 ──< middle?──┬─< middle?──┬─ A = bits of the word ─┐
   *                                    │            └─ A = bits of the word ─┤
   *                                    └─< middle?── ...                     ├─ A >>> (bucket & 31)
   *
   * Neighbouring words with the same bits are one leaf. So a set of every second bucket needs no
   * tree, and 4,096 buckets need 7 comparisons for each frame, and at most 383 instructions.
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
  private static final int WORD_BITS = 5;

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

  private final BucketHash hashed;
  private final int[] words;
  private final FilterAssembler program = new FilterAssembler();
  private final Label otherwise = new Label();
  private final Label hash = new Label();
  private final Label ports = new Label();
  private final Label test = new Label();

  private BucketFilter(BucketHash hashed, BitSet buckets) {
    this.hashed = hashed;
    words = words(hashed.buckets(), buckets);
  }

  /**
   * Builds the program for a set of buckets.
   *
   * @param buckets numbers below that of the buckets of {@code hash}; not changed
   */
  public static FilterProgram of(BucketHash hash, BitSet buckets) {
    if (buckets.length() > hash.buckets()) {
      throw new IllegalArgumentException(
          "no such bucket: bucket=" + (buckets.length() - 1) + " buckets=" + hash.buckets());
    }
    return new BucketFilter(hash, buckets).build();
  }

  /** Builds the program for the buckets whose number modulo {@code shares} is {@code share}. */
  public static FilterProgram ofShare(BucketHash hash, int share, int shares) {
    if (share < 0 || share >= shares || shares > hash.buckets()) {
      throw new IllegalArgumentException("no such share: share=" + share + " shares=" + shares);
    }
    BitSet buckets = new BitSet(hash.buckets());
    for (int bucket = share; bucket < hash.buckets(); bucket += shares) {
      buckets.set(bucket);
    }
    return of(hash, buckets);
  }

  private FilterProgram build() {
    Label ipv4 = new Label();
    Label ipv6 = new Label();
    link(ipv4, ipv6);
    ipv4(ipv4);
    ipv6(ipv6);
    Label decision = new Label();
    program.at(otherwise).set(0).jump(decision); // the kernel's check of M does not end at a RET
    program.at(ports).loadTwoAtX(0).store(SOURCE_PORT).loadTwoAtX(2).store(DESTINATION_PORT);
    hash();
    program.at(decision);
    decide();
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
    BucketKey key = hashed.key();
    mix(SOURCE, DESTINATION, key.addressDifference(), key.addressSum());
    program.store(BASE);
    mix(SOURCE_PORT, DESTINATION_PORT, key.portDifference(), key.portSum());
    program.loadX(BASE).xorX().store(SCRATCH).shiftRight(16).loadX(SCRATCH).xorX();
    program.multiply(key.last());
    if (hashed.bits() == 0) {
      program.set(0); // the kernel refuses to shift by 32
    } else {
      program.shiftRight(Integer.SIZE - hashed.bits());
    }
  }

  private void mix(int one, int other, int difference, int sum) {
    program.loadX(other).load(one).xorX().multiply(difference).store(SCRATCH);
    program.load(one).addX().multiply(sum).loadX(SCRATCH).addX();
  }

  /** Accepts the packet if the bucket A is in the set. */
  private void decide() {
    program.store(SCRATCH).and((1 << WORD_BITS) - 1).moveToX();
    program.load(SCRATCH).shiftRight(WORD_BITS);
    find(0, words.length);
    Label none = new Label();
    program.at(test).shiftRightByX().and(1).ifEqual(0, none).accept(ALL).at(none).accept(NONE);
  }

  /** Finds the word with number A, which is one of those from {@code start} to {@code end}. */
  private void find(int start, int end) {
    if (IntStream.range(start, end).allMatch(word -> words[word] == words[start])) {
      program.set(words[start]).jump(test);
      return;
    }
    int middle = (start + end) >>> 1;
    Label lower = new Label();
    program.ifBelow(middle, lower);
    find(middle, end);
    program.at(lower);
    find(start, middle);
  }

  private static int[] words(int count, BitSet buckets) {
    int[] words = new int[Math.max(1, count >>> WORD_BITS)];
    buckets.stream().forEach(bucket -> words[bucket >>> WORD_BITS] |= 1 << bucket);
    return words;
  }
}
