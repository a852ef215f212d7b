package dev.midstream.wire.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One line of tshark's output and its comparison with a view. */
final class TsharkFrame {
  /** The fields requested from tshark, in this order. */
  static final List<String> FIELDS =
      List.of(
          """
          frame.number frame.protocols frame.len frame.cap_len _ws.expert.message vlan.id
          ip.proto ip.hdr_len ip.src ip.dst ip.ttl ip.id ip.flags.df ip.flags.mf ip.frag_offset
          ip.checksum.status ipv6.src ipv6.dst ipv6.hlim ipv6.fraghdr.nxt ipv6.fraghdr.offset
          ipv6.fraghdr.more tcp.srcport tcp.dstport tcp.seq_raw tcp.ack_raw tcp.hdr_len tcp.flags
          tcp.window_size_value tcp.checksum.status tcp.urgent_pointer tcp.len tcp.option_kind
          tcp.options.timestamp.tsval tcp.options.timestamp.tsecr tcp.options.mss_val
          tcp.options.wscale.shift tcp.options.sack_le tcp.options.sack_re
          """
              .trim()
              .split("\\s+"));

  private static final int ETHERNET_BYTES = 14;
  private static final int MAX_SCALE = 14;

  private final Map<String, String> fields = new LinkedHashMap<>();
  private final String line;

  TsharkFrame(String line) {
    this.line = line;
    String[] values = line.split("\\|", -1);
    assertThat(values).as(line).hasSize(FIELDS.size());
    for (int i = 0; i < values.length; i++) {
      fields.put(FIELDS.get(i), values[i]);
    }
  }

  /** Fails unless {@code view}, which read the frame as {@code kind}, agrees. */
  void compare(FrameKind kind, FrameView view) {
    assertThat(kind).as(line).isEqualTo(kind());
    if (kind == FrameKind.TCP) {
      compareIp(view);
      compareTcp(view);
      compareOptions(view.options());
    }
  }

  private FrameKind kind() {
    String protocols = value("frame.protocols");
    if (!protocols.matches("(eth|sll|null|raw|ip|ipv6).*")) {
      return FrameKind.NOT_OURS;
    }
    if (value("_ws.expert.message").contains("Bogus IPv4 version")) {
      return FrameKind.MALFORMED;
    }
    boolean tcp = list("ip.proto").contains("6") || list("ipv6.fraghdr.nxt").contains("6");
    if (isFragment()) {
      return tcp ? FrameKind.FRAGMENT : FrameKind.NOT_OURS;
    }
    if (!protocols.matches("(.*:)?ip(v6[a-z0-9.:]*)?:tcp.*")) {
      return FrameKind.NOT_OURS;
    }
    return hasInvalidLengths() ? FrameKind.MALFORMED : FrameKind.TCP;
  }

  private boolean hasInvalidLengths() {
    String remarks = value("_ws.expert.message");
    if (remarks.contains("IPv4 total length exceeds") || remarks.contains("Short segment")) {
      return true;
    }
    return value("tcp.hdr_len").isEmpty() || headersEnd() > number("frame.len");
  }

  /** Where the TCP header of an Ethernet frame ends, truncated or not; 0 for other link types. */
  private int headersEnd() {
    return value("frame.protocols").startsWith("eth:ethertype:ip:tcp")
        ? ETHERNET_BYTES + number("ip.hdr_len") + number("tcp.hdr_len")
        : 0;
  }

  private int number(String field) {
    return Integer.parseInt(value(field));
  }

  private boolean isFragment() {
    return List.of("1", "True").contains(value("ip.flags.mf"))
        || !List.of("", "0").contains(value("ip.frag_offset"))
        || List.of("1", "True").contains(value("ipv6.fraghdr.more"))
        || !List.of("", "0").contains(value("ipv6.fraghdr.offset"));
  }

  private void compareIp(FrameView view) {
    String version = view.ipVersion() == 4 ? "ip" : "ipv6";
    assertThat(address(view.sourceHigh(), view.sourceLow(), view.ipVersion()))
        .as(line)
        .isEqualTo(address(value(version + ".src")));
    assertThat(address(view.destinationHigh(), view.destinationLow(), view.ipVersion()))
        .as(line)
        .isEqualTo(address(value(version + ".dst")));
    assertField(view.ipVersion() == 4 ? "ip.ttl" : "ipv6.hlim", view.hopLimit());
    if (view.ipVersion() == 4) {
      assertThat(Integer.decode(value("ip.id"))).as(line).isEqualTo(view.ipv4Id());
      assertThat(view.ipv4DontFragment()).as(line).isEqualTo("1".equals(value("ip.flags.df")));
      assertThat(view.isIpv4HeaderChecksumRight())
          .as(line)
          .isEqualTo("1".equals(value("ip.checksum.status")));
    }
    int vlanIds = 0;
    for (String id : list("vlan.id")) {
      vlanIds = (vlanIds << 12) + Integer.parseInt(id);
    }
    assertThat(view.vlanIds()).as(line).isEqualTo(vlanIds);
  }

  private void compareTcp(FrameView view) {
    assertField("tcp.srcport", view.sourcePort());
    assertField("tcp.dstport", view.destinationPort());
    assertField("tcp.seq_raw", Integer.toUnsignedLong(view.sequence()));
    assertField("tcp.ack_raw", Integer.toUnsignedLong(view.acknowledgement()));
    assertField("tcp.hdr_len", view.tcpHeaderLength());
    assertField("tcp.window_size_value", view.windowField());
    assertField("tcp.urgent_pointer", view.urgentPointer());
    assertField("tcp.len", view.payloadLength());
    assertThat(view.flags()).as(line).isEqualTo(Integer.decode(value("tcp.flags")) & TcpFlags.ALL);
    if (!"2".equals(value("tcp.checksum.status"))) {
      assertThat(view.isTcpChecksumRight())
          .as(line)
          .isEqualTo("1".equals(value("tcp.checksum.status")));
    }
  }

  private void compareOptions(TcpOptionsView options) {
    List<String> kinds = list("tcp.option_kind");
    assertThat(options.hasMd5()).as(line).isEqualTo(kinds.contains("19"));
    assertThat(options.hasMultipath()).as(line).isEqualTo(kinds.contains("30"));
    assertThat(options.hasSackPermitted()).as(line).isEqualTo(kinds.contains("4"));
    if (options.hasTimestamps()) {
      assertFirst("tcp.options.timestamp.tsval", Integer.toUnsignedLong(options.timestampValue()));
      assertFirst("tcp.options.timestamp.tsecr", Integer.toUnsignedLong(options.timestampEcho()));
    } else {
      assertThat(value("tcp.options.timestamp.tsval")).as(line).isEmpty();
    }
    assertFirst("tcp.options.mss_val", options.maximumSegmentLength());
    if (options.windowScale() < MAX_SCALE) {
      assertFirst("tcp.options.wscale.shift", options.windowScale());
    } else {
      assertThat(Integer.parseInt(list("tcp.options.wscale.shift").getFirst()))
          .as(line)
          .isGreaterThanOrEqualTo(MAX_SCALE);
    }
    assertThat(options.sackBlocks()).as(line).isEqualTo(list("tcp.options.sack_le").size());
    for (int i = 0; i < options.sackBlocks(); i++) {
      assertThat(list("tcp.options.sack_le").get(i))
          .as(line)
          .isEqualTo(Integer.toUnsignedString(options.sackLeft(i)));
      assertThat(list("tcp.options.sack_re").get(i))
          .as(line)
          .isEqualTo(Integer.toUnsignedString(options.sackRight(i)));
    }
  }

  private void assertFirst(String field, long number) {
    String first = list(field).isEmpty() ? "-1" : list(field).getFirst();
    assertThat(number).as(line).isEqualTo(Long.parseLong(first));
  }

  private void assertField(String field, Object expected) {
    assertThat(value(field)).as("%s in %s", field, line).isEqualTo(expected.toString());
  }

  private String value(String field) {
    return fields.getOrDefault(field, "");
  }

  private List<String> list(String field) {
    String all = value(field);
    return all.isEmpty() ? List.of() : Arrays.asList(all.split(","));
  }

  private static byte[] address(long high, long low, int version) {
    byte[] octets = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    return version == 4 ? Arrays.copyOfRange(octets, 12, 16) : octets;
  }

  private static byte[] address(String text) {
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
