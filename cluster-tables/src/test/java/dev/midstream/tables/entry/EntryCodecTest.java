package dev.midstream.tables.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.Entries;
import dev.midstream.tables.entry.ConnectionEntry.Phase;
import dev.midstream.tables.entry.NodeEntry.LeaseState;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import dev.midstream.tables.entry.TableKey.ExpectationKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EntryCodecTest {
  private static final NodeId NODE =
      new NodeId(NodeAddress.ofIpv4(0x0a090001, 7_800), new UUID(0x1122334455667788L, 0x99aabbL));
  private static final NodeId OTHER =
      new NodeId(new NodeAddress(0xfd00L << 48, 2, 65_535), new UUID(-1, -2));
  private static final ConnectionKey KEY = Entries.key(1_003);
  private static final ConnectionKey IPV6_KEY =
      new ConnectionKey(
          4_095, 0x1fff, Endpoint.ofIpv6(-1, Long.MIN_VALUE, 65_535), Endpoint.ofIpv6(0, 1, 0));

  static Stream<TableEntry> entries() {
    return Stream.of(
        new ConnectionEntry(KEY, 7, 300, NODE, Phase.CLOSING, "web", "substitute", 5, 1L << 40, 9),
        new ConnectionEntry(IPV6_KEY, 0, 0, OTHER, Phase.OPENING, "größe", null, 0, 0, 0),
        new ExpectationEntry(
            new ExpectationKey(KEY, true, Endpoint.ofIpv4(-1, 2_001)),
            7,
            2,
            NODE,
            "ftp",
            1,
            3,
            60_000,
            Octets.ofText("active")),
        new ExpectationEntry(
            new ExpectationKey(IPV6_KEY, false, Endpoint.ofIpv6(1, 2, 3)),
            1,
            1,
            OTHER,
            "",
            0,
            1,
            1,
            Octets.empty()),
        new NodeEntry(NODE, 5, "n1", "0.1.0", -9, LeaseState.LOST, 128, 40_000, 1L << 41));
  }

  private static TableEntry read(Table table, byte[] key, byte[] octets) {
    TableEntry read = EntryCodec.read(table, key, octets);
    if (read == null) {
      throw new AssertionError("unreadable");
    }
    return read;
  }

  @ParameterizedTest
  @MethodSource("entries")
  @DisplayName("HSI-3 entries are read as they were written")
  void readsWhatItWrites(TableEntry entry) {
    Table table = entry.key().table();
    byte[] key = KeyCodec.octets(entry.key());

    assertThat(KeyCodec.read(table, key)).isEqualTo(entry.key());
    assertThat(read(table, key, EntryCodec.octets(entry))).isEqualTo(entry);
    assertThat(table).isEqualTo(Table.of(entry.getClass()));
  }

  @ParameterizedTest
  @MethodSource("entries")
  @DisplayName("LD-13 fields that are not known are skipped, other versions are left out")
  void skipsUnknownFields(TableEntry entry) {
    Table table = entry.key().table();
    byte[] key = KeyCodec.octets(entry.key());
    byte[] octets = EntryCodec.octets(entry);
    byte[] more = HexFormat.of().parseHex("c800000003aabbcc" + "0100000000");
    byte[] longer = Arrays.copyOf(octets, octets.length + more.length);
    System.arraycopy(more, 0, longer, octets.length, more.length);
    assertThat(read(table, key, longer)).isEqualTo(entry);

    byte[] later = octets.clone();
    later[0] = EntryCodec.VERSION + 1;
    assertThat(EntryCodec.read(table, key, later)).isNull();
  }

  @ParameterizedTest
  @MethodSource("entries")
  @DisplayName("LD-13 octets that are cut short or damaged are left out, whatever they are")
  void survivesDamage(TableEntry entry) {
    Table table = entry.key().table();
    byte[] key = KeyCodec.octets(entry.key());
    byte[] octets = EntryCodec.octets(entry);
    for (int length = 0; length < octets.length; length++) {
      assertThat(EntryCodec.read(table, key, Arrays.copyOf(octets, length))).isNull();
    }
    for (int length = 0; length < key.length; length++) {
      assertThat(EntryCodec.read(table, Arrays.copyOf(key, length), octets)).isNull();
    }
    Random random = new Random(22);
    for (int turn = 0; turn < 5_000; turn++) {
      byte[] damaged = octets.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      EntryCodec.read(table, key, damaged);
      EntryCodec.compare(damaged, octets);
    }
  }

  @Test
  @DisplayName("HSI-3 a key begins with its bucket")
  void beginsWithTheBucket() {
    assertThat(KeyCodec.bucketOf(KeyCodec.octets(KEY))).isEqualTo(1_003 % 16);
    assertThat(KeyCodec.bucketOf(KeyCodec.octets(IPV6_KEY))).isEqualTo(4_095);
    assertThat(KeyCodec.bucketOf(new byte[1])).isZero();
    assertThat(KeyCodec.bucketOf(new byte[] {-1, -1, 3})).isEqualTo(4_095);
  }

  @Test
  @DisplayName("LD-13 octets of version 1 are still read")
  void readsVersionOne() {
    ConnectionEntry entry =
        new ConnectionEntry(KEY, 7, 300, NODE, Phase.CLOSING, "web", "substitute", 5, 6_000, 9);
    String key = "000b00040a000001eb0f040a000102bb03";
    String value =
        "0107ac02"
            + ("0000000000000000" + "0000ffff0a090001" + "f83c" + "1122334455667788")
            + ("000000000099aabb" + "02" + "03776562" + "010a73756273746974757465")
            + ("05" + "f02e" + "09");
    HexFormat hex = HexFormat.of();
    assertThat(hex.formatHex(KeyCodec.octets(entry.key()))).isEqualTo(key);
    assertThat(hex.formatHex(EntryCodec.octets(entry))).isEqualTo(value);
    assertThat(read(Table.CONNECTIONS, hex.parseHex(key), hex.parseHex(value))).isEqualTo(entry);
  }

  @Test
  @DisplayName("LD-3 the higher epoch counts, then the higher revision, in any version")
  void comparesByEpoch() {
    byte[] early = EntryCodec.octets(Entries.expectation(1, NODE, 2, 9));
    byte[] late = EntryCodec.octets(Entries.expectation(1, NODE, 3, 1));
    byte[] later = EntryCodec.octets(Entries.expectation(1, NODE, 3, 2));
    byte[] other = EntryCodec.octets(Entries.expectation(1, OTHER, 3, 2));
    assertThat(EntryCodec.compare(early, late)).isNegative();
    assertThat(EntryCodec.compare(later, late)).isPositive();
    assertThat(EntryCodec.compare(later, later)).isZero();
    assertThat(EntryCodec.compare(later, other)).isEqualTo(-EntryCodec.compare(other, later));
    assertThat(EntryCodec.compare(later, other)).isNotZero();
    assertThat(EntryCodec.compare(new byte[0], early)).isNegative();
    byte[] future = early.clone();
    future[0] = 9;
    assertThat(EntryCodec.compare(future, late)).isNegative();
  }

  @Test
  @DisplayName("ends of connections are written as operators write them")
  void writesEnds() {
    assertThat(Endpoint.ofIpv4(0x0a090001, 443)).hasToString("10.9.0.1:443");
    assertThat(Endpoint.ofIpv6(0x20010db8L << 32, 1, 80)).hasToString("[2001:db8:0:0:0:0:0:1]:80");
  }
}
