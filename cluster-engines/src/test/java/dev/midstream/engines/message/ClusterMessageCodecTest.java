package dev.midstream.engines.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.testkit.random.SeededRounds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClusterMessageCodecTest {
  private static final NodeId ONE = node(1);
  private static final NodeId TWO = node(2);
  private static final NodeId IPV6 =
      new NodeId(new NodeAddress(0x20010db8L << 32, -1, 65_535), new UUID(-1, Long.MIN_VALUE));
  private static final Secret SECRET = new Secret(new byte[Secret.BYTES]);
  private static final Term TERM = new Term(7, ONE);
  private static final Version VERSION = new Version(TERM, 9);
  private static final AllocationTable TABLE =
      AllocationTable.received(
          IPV6,
          SECRET,
          VERSION,
          List.of(
              new Member(ONE, 0, Member.Role.ACTIVE), new Member(TWO, 1_023, Member.Role.WITNESS)),
          List.of(TWO),
          List.of(
              new Bucket(null, 0, null, null, List.of(), 0),
              new Bucket(
                  ONE,
                  1L << 62,
                  TWO,
                  IPV6,
                  List.of(
                      new Backup(TWO, 5, true, Epoch.NONE, false),
                      new Backup(ONE, 6, false, 1L << 61, false),
                      new Backup(IPV6, 7, false, Epoch.NONE, true)),
                  3)),
          17);

  /** Connections stay at a node that has no other part in the table. */
  private static final AllocationTable STAYING =
      AllocationTable.received(
          ONE,
          SECRET,
          VERSION,
          List.of(new Member(ONE, 0, Member.Role.ACTIVE)),
          List.of(ONE),
          List.of(
              new Bucket(ONE, 4, null, null, List.of(), 3),
              new Bucket(ONE, 4, null, null, List.of(), 3, new Bucket.Staying(IPV6, 1L << 62))),
          2);

  private static final List<ClusterMessage> MESSAGES =
      List.of(
          new ClusterMessage.Prepare(TERM),
          new ClusterMessage.Promised(TERM, TABLE, true, -5),
          new ClusterMessage.Promised(TERM, null, false, 400_000_000),
          new ClusterMessage.Refused(TERM, TABLE),
          new ClusterMessage.Refused(null, null),
          new ClusterMessage.Propose(TABLE),
          new ClusterMessage.Propose(STAYING),
          new ClusterMessage.Refused(null, STAYING),
          new ClusterMessage.Accepted(VERSION),
          new ClusterMessage.Install(
              AllocationTable.first(VERSION, ONE, SECRET, Member.Role.ACTIVE, 256)),
          new ClusterMessage.MasterKeepalive(TERM, IPV6, 3, VERSION, 2, true, 175_000_000),
          new ClusterMessage.MasterKeepalive(TERM, null, 0, null, 0, false, 1),
          new ClusterMessage.Support(TERM, 4, VERSION),
          new ClusterMessage.Support(TERM, 4, null),
          new ClusterMessage.ClientKeepalive(TERM, 5, VERSION),
          new ClusterMessage.ClientKeepalive(TERM, 5, null),
          new ClusterMessage.Grant(TERM, 6, 400_000_000),
          new ClusterMessage.Hello(ONE, VERSION),
          new ClusterMessage.NotMember(TWO, VERSION),
          new ClusterMessage.JoinRequest(Long.MIN_VALUE, Member.Role.WITNESS),
          new ClusterMessage.JoinPending(),
          new ClusterMessage.JoinRefused(1, "nein, Größe"),
          new ClusterMessage.JoinRefused(1, null),
          new ClusterMessage.BucketReport(
              Map.of(4_095, 1L << 62),
              Map.of(8, 9L),
              Map.of(1, 2L, 3, 4L),
              Map.of(),
              Set.of(5, 6),
              Map.of(7, Long.MAX_VALUE),
              Member.Role.STAYING,
              true),
          new ClusterMessage.BucketReport(
              Map.of(), Map.of(), Map.of(), Map.of(9, 7L), Set.of(), Map.of(), null, false),
          new ClusterMessage.MoveOrder(255, TWO),
          new ClusterMessage.Stopped(4_095, 1),
          new ClusterMessage.Receiving(1, 2),
          new ClusterMessage.Last(0, 1L << 40),
          new ClusterMessage.Neighbours(
              List.of(
                  new ClusterMessage.Neighbour(0x02aa_aaaa_aa01L, 0, false),
                  new ClusterMessage.Neighbour(0xfeff_ffff_ffffL, 0x8100_0fff_88a8_0005L, true))));

  private static NodeId node(int number) {
    return new NodeId(NodeAddress.ofIpv4(0x0a090000 + number, 7800), new UUID(number, -number));
  }

  private static byte[] octets(ClusterMessage message) {
    StateWriter out = new StateWriter();
    ClusterMessageCodec.write(message, out);
    return out.toOctets();
  }

  private static @Nullable ClusterMessage read(byte[] octets) {
    return ClusterMessageCodec.read(octets, 0, octets.length);
  }

  @Test
  @DisplayName("HDP-17 each kind of message is among those that are tried")
  void triesEachKind() {
    assertThat(MESSAGES.stream().map(Object::getClass).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(ClusterMessage.class.getPermittedSubclasses());
  }

  @Test
  @DisplayName("HDP-17 each message is read as it was written")
  void readsWhatItWrites() {
    for (ClusterMessage each : MESSAGES) {
      ClusterMessage read = Objects.requireNonNull(read(octets(each)), each.toString());
      assertThat(read).isEqualTo(each);
      for (AllocationTable table : tablesOf(read)) {
        AllocationTable written = tablesOf(each).getFirst();
        assertThat(table.base()).isEqualTo(written.base());
        assertThat(table.nextNumber()).isEqualTo(written.nextNumber());
      }
    }
  }

  private static List<AllocationTable> tablesOf(ClusterMessage message) {
    @Nullable AllocationTable table =
        switch (message) {
          case ClusterMessage.Propose propose -> propose.table();
          case ClusterMessage.Install install -> install.table();
          case ClusterMessage.Promised promised -> promised.accepted();
          case ClusterMessage.Refused refused -> refused.agreed();
          default -> null;
        };
    return table == null ? List.of() : List.of(table);
  }

  @Test
  @DisplayName("HDP-17 the octets of version 1 stay as they are")
  void keepsItsOctets() {
    assertThat(
            HexFormat.of()
                .formatHex(octets(new ClusterMessage.JoinRequest(2, Member.Role.WITNESS))))
        .isEqualTo("010d" + "0000000000000002" + "03");
    assertThat(
            HexFormat.of()
                .formatHex(octets(new ClusterMessage.JoinRequest(2, Member.Role.DISPATCHER))))
        .isEqualTo("010d" + "0000000000000002" + "04");
    assertThat(HexFormat.of().formatHex(octets(new ClusterMessage.Refused(TERM, null))))
        .isEqualTo(
            "0103"
                + ("01" + "00000023")
                + "07"
                + "0000000000000000"
                + "0000ffff0a090001"
                + "f83c"
                + "0000000000000001"
                + "ffffffffffffffff");
  }

  @Test
  @DisplayName("HDP-17 a field that is not known is skipped, one that comes twice is refused")
  void skipsUnknownFields() {
    for (ClusterMessage each : MESSAGES) {
      byte[] octets = octets(each);
      byte[] unknown = {99, 0, 0, 0, 3, 1, 2, 3};
      assertThat(read(joined(octets, unknown))).isEqualTo(each);
      assertThat(read(joined(octets, unknown, unknown))).isNull();
      assertThat(read(joined(octets, Arrays.copyOf(unknown, 7)))).isNull();
    }
  }

  private static byte[] joined(byte[]... parts) {
    StateWriter out = new StateWriter();
    for (byte[] part : parts) {
      out.octets(part, 0, part.length);
    }
    return out.toOctets();
  }

  @Test
  @DisplayName("HDP-17 a message of another version or kind is refused")
  void refusesOtherVersions() {
    for (ClusterMessage each : MESSAGES) {
      byte[] octets = octets(each);
      octets[0]++;
      assertThat(read(octets)).isNull();
    }
    for (int kind : List.of(0, 19, 255)) {
      assertThat(read(new byte[] {1, (byte) kind})).isNull();
    }
  }

  /** An optional field may be missing, so a message without its last fields is one, too. */
  @Test
  @DisplayName("HDP-17 a message that is cut short is refused, or is one without its last fields")
  void refusesCutMessages() {
    for (ClusterMessage each : MESSAGES) {
      byte[] octets = octets(each);
      List<Integer> accepted = new ArrayList<>();
      for (int length = 0; length < octets.length; length++) {
        if (read(Arrays.copyOf(octets, length)) != null) {
          accepted.add(length);
        }
      }
      assertThat(accepted).as(each.toString()).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Test
  @DisplayName("HDP-17 no octets make the reader fail")
  void survivesAnyOctets() {
    int[] read = new int[1];
    SeededRounds.run(
        100_000,
        random -> {
          byte[] octets = octets(MESSAGES.get(random.nextInt(MESSAGES.size())));
          for (int i = random.nextInt(4); i >= 0; i--) {
            octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
          }
          read[0] += read(octets) == null ? 0 : 1;
        });
    assertThat(read[0]).isPositive();
  }

  @Test
  @DisplayName("HDP-17 LD-11 a long veto is cut")
  void cutsLongTexts() {
    String veto = "ß".repeat(2_000);
    assertThat(read(octets(new ClusterMessage.JoinRefused(1, veto))))
        .isEqualTo(new ClusterMessage.JoinRefused(1, veto.substring(0, 300)));
  }
}
