package dev.midstream.wire.neighbour;

import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.octets;
import static dev.midstream.wire.header.TestFrames.packet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NeighboursTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String CLIENT = "02aaaaaaaa01";
  private static final String SERVER = "02bbbbbbbb02";
  private static final String REST = " 0800 4500";

  private final Neighbours neighbours = new Neighbours();

  private boolean learn(Leg leg, String source, String rest, long nowNanos) {
    byte[] frame = join(hex("ffffffffffff"), hex(source), hex(rest));
    Packet packet = packet(LinkType.ETHERNET, frame);
    return neighbours.learn(packet.from(LinkType.ETHERNET, leg, 0, nowNanos), nowNanos);
  }

  /** Every frame of one announcement that begins at {@code nowNanos}, with its leg and time. */
  private List<String> announced(long nowNanos) {
    List<String> frames = new ArrayList<>();
    Announcement announcement = new Announcement(neighbours, nowNanos);
    while (announcement.nextNanos() != Long.MAX_VALUE) {
      long now = announcement.nextNanos();
      announcement.emit(
          now,
          packet -> {
            assertThat(Announcement.isAnnouncement(packet)).isTrue();
            String text = HexFormat.of().formatHex(octets(packet));
            frames.add((now - nowNanos) / 1_000_000 + " ms " + packet.leg() + " " + text);
          });
    }
    return frames;
  }

  /** Addresses and tags that are announced on a leg. */
  private List<String> announcedOn(Leg leg, long nowNanos) {
    return announced(nowNanos).stream()
        .filter(frame -> frame.startsWith("0 ms " + leg))
        .map(frame -> frame.replaceAll(".* ffffffffffff|8035.*", ""))
        .sorted()
        .toList();
  }

  @Test
  @DisplayName("LD-2 an address is announced on the other leg as a RARP request, three times")
  void announcesOnTheOtherLeg() {
    learn(Leg.INSIDE, CLIENT, REST, 0);
    String frame =
        "OUTSIDE ffffffffffff02aaaaaaaa018035"
            + "0001080006040003"
            + "02aaaaaaaa0100000000"
            + "02aaaaaaaa0100000000"
            + "6d69647374726d31"
            + "00000000000000000000";
    assertThat(announced(5 * SECOND))
        .containsExactly("0 ms " + frame, "100 ms " + frame, "1000 ms " + frame);
  }

  @Test
  @DisplayName("LD-2 an address is announced in each VLAN in which it was seen, without priority")
  void announcesInItsVlans() {
    learn(Leg.INSIDE, CLIENT, REST, 0);
    learn(Leg.INSIDE, CLIENT, "8100 e005" + REST, 0);
    learn(Leg.INSIDE, CLIENT, "8100 0005" + REST, 0);
    learn(Leg.INSIDE, CLIENT, "88a8 0007 8100 0fff" + REST, 0);
    learn(Leg.OUTSIDE, SERVER, "8100 0005" + REST, 0);
    assertThat(announcedOn(Leg.OUTSIDE, 0))
        .containsExactly(CLIENT, CLIENT + "81000005", CLIENT + "88a8000781000fff");
    assertThat(announcedOn(Leg.INSIDE, 0)).containsExactly(SERVER + "81000005");
    assertThat(announced(0)).allMatch(each -> each.length() <= 16 + 2 * 68);
  }

  @Test
  void followsAnAddressThatMoves() {
    assertThat(learn(Leg.INSIDE, CLIENT, REST, 0)).isTrue();
    assertThat(learn(Leg.OUTSIDE, CLIENT, REST, Neighbours.LOOP_NANOS)).isTrue();
    assertThat(announcedOn(Leg.OUTSIDE, Neighbours.LOOP_NANOS)).isEmpty();
    assertThat(announcedOn(Leg.INSIDE, Neighbours.LOOP_NANOS)).containsExactly(CLIENT);
  }

  @Test
  @DisplayName("LD-9 an address does not move by a frame that another box has forwarded")
  void knowsLoopedFrames() {
    assertThat(learn(Leg.INSIDE, CLIENT, REST, 0)).isTrue();
    assertThat(learn(Leg.OUTSIDE, CLIENT, REST, Neighbours.LOOP_NANOS - 1)).isFalse();
    assertThat(learn(Leg.OUTSIDE, CLIENT, "8100 0005" + REST, 1)).isTrue();
    assertThat(announcedOn(Leg.OUTSIDE, 1)).containsExactly(CLIENT);
    neighbours.hear(new Neighbour(0x02bbbbbbbb02L, 0, Leg.INSIDE), 0);
    assertThat(learn(Leg.OUTSIDE, SERVER, REST, 1)).isTrue();
  }

  @Test
  void forgetsAnAddressAfterItsTime() {
    learn(Leg.INSIDE, CLIENT, REST, 0);
    learn(Leg.INSIDE, SERVER, REST, 100 * SECOND);
    assertThat(neighbours.count(299 * SECOND)).isEqualTo(2);
    assertThat(announcedOn(Leg.OUTSIDE, 301 * SECOND)).containsExactly(SERVER);
  }

  @Test
  void learnsNoGroupAddressesAndNoShortFrames() {
    learn(Leg.INSIDE, "01005e000001", REST, 0);
    learn(Leg.INSIDE, "000000000000", REST, 0);
    learn(Leg.INSIDE, CLIENT, "08", 0);
    neighbours.learn(packet(LinkType.RAW_IP, new byte[60]), 0);
    assertThat(neighbours.count(0)).isZero();
  }

  @Test
  @DisplayName("a flood of invented addresses replaces older ones, in bounded memory")
  void staysBounded() {
    Random random = new Random(1);
    learn(Leg.INSIDE, CLIENT, REST, 0);
    for (int i = 0; i < 10 * Neighbours.MAX; i++) {
      learn(Leg.OUTSIDE, "02%010x".formatted(random.nextLong(1L << 40)), REST, i);
      learn(Leg.INSIDE, CLIENT, REST, i);
    }
    assertThat(neighbours.count(0)).isGreaterThan(Neighbours.MAX * 9 / 10);
    assertThat(announcedOn(Leg.OUTSIDE, 0)).isSubsetOf(CLIENT);
    assertThat(announced(0)).anyMatch(frame -> frame.contains(" OUTSIDE ffffffffffff" + CLIENT));
  }

  @Test
  @DisplayName("LD-2 many addresses are announced 64 in a millisecond")
  void pacesManyAddresses() {
    for (int i = 0; i < 200; i++) {
      learn(Leg.INSIDE, "02000000%04x".formatted(i), REST, 0);
    }
    List<String> times = announced(0).stream().map(each -> each.replaceAll(" ms.*", "")).toList();
    assertThat(times).hasSize(600);
    assertThat(times.subList(0, 64)).containsOnly("0");
    assertThat(times.subList(64, 128)).containsOnly("1");
    assertThat(times.subList(192, 200)).containsOnly("3");
    assertThat(times.get(200)).isEqualTo("100");
  }

  @Test
  void knowsNoOtherFrameAsAnnouncement() {
    learn(Leg.INSIDE, CLIENT, "8100 0005" + REST, 0);
    byte[][] kept = new byte[1][];
    new Announcement(neighbours, 0).emit(0, packet -> kept[0] = octets(packet));
    byte[] frame = kept[0];
    assertThat(Announcement.isAnnouncement(packet(LinkType.ETHERNET, frame))).isTrue();
    for (int length = 0; length < frame.length; length++) {
      byte[] cut = Arrays.copyOf(frame, length);
      assertThat(Announcement.isAnnouncement(packet(LinkType.ETHERNET, cut))).isFalse();
    }
    for (int at : new int[] {16, 17, 46, 53}) {
      byte[] other = frame.clone();
      other[at] ^= 1;
      assertThat(Announcement.isAnnouncement(packet(LinkType.ETHERNET, other))).isFalse();
    }
    assertThat(Announcement.isAnnouncement(packet(LinkType.RAW_IP, frame))).isFalse();
  }

  // ---- what boxes tell each other

  private static Neighbour neighbour(String address, Leg leg) {
    return new Neighbour(Long.parseLong(address, 16), 0, leg);
  }

  @Test
  @DisplayName("LD-2 boxes are told of an address once, when it moves, and from time to time")
  void tellsWhatIsNew() {
    learn(Leg.INSIDE, CLIENT, REST, 0);
    learn(Leg.OUTSIDE, SERVER, REST, 0);
    learn(Leg.INSIDE, CLIENT, REST, 1);
    assertThat(neighbours.takeNews(1))
        .containsExactly(neighbour(CLIENT, Leg.INSIDE), neighbour(SERVER, Leg.OUTSIDE));
    learn(Leg.INSIDE, CLIENT, REST, SECOND);
    assertThat(neighbours.takeNews(SECOND)).isEmpty();

    learn(Leg.OUTSIDE, CLIENT, REST, 2 * SECOND);
    assertThat(neighbours.takeNews(2 * SECOND)).containsExactly(neighbour(CLIENT, Leg.OUTSIDE));

    assertThat(neighbours.takeNews(101 * SECOND))
        .containsExactlyInAnyOrder(neighbour(CLIENT, Leg.OUTSIDE), neighbour(SERVER, Leg.OUTSIDE));
    assertThat(neighbours.takeNews(102 * SECOND)).isEmpty();
  }

  private Set<Neighbour> allNews(long nowNanos) {
    Set<Neighbour> told = new HashSet<>();
    List<Neighbour> news = neighbours.takeNews(nowNanos);
    while (!news.isEmpty()) {
      assertThat(news).hasSizeLessThanOrEqualTo(64);
      told.addAll(news);
      news = neighbours.takeNews(nowNanos);
    }
    return told;
  }

  @Test
  @DisplayName("LD-2 a box that joins is told all that is still known, 64 addresses at once")
  void tellsAllAgain() {
    for (int i = 0; i < 100; i++) {
      learn(Leg.INSIDE, "02000000%04x".formatted(i), REST, 0);
    }
    assertThat(allNews(1)).as("those that came at once").hasSize(100);
    assertThat(neighbours.takeNews(1)).isEmpty();

    neighbours.tellAgain();
    assertThat(allNews(2)).hasSize(100);

    neighbours.tellAgain();
    assertThat(neighbours.takeNews(300 * SECOND)).as("they are forgotten").isEmpty();
  }

  @Test
  @DisplayName(
      "LD-2 what another box has seen is announced like what this one has, and told no more")
  void announcesWhatItHears() {
    neighbours.hear(neighbour(CLIENT, Leg.INSIDE), 0);
    neighbours.hear(neighbour("01005e000001", Leg.INSIDE), 0);
    neighbours.hear(new Neighbour(0, 0, Leg.INSIDE), 0);
    neighbours.hear(new Neighbour(1L << 48, 0, Leg.INSIDE), 0);
    neighbours.hear(new Neighbour(-1, 0, Leg.INSIDE), 0);
    assertThat(neighbours.count(0)).isEqualTo(1);
    assertThat(announcedOn(Leg.OUTSIDE, 0)).containsExactly(CLIENT);
    neighbours.tellAgain();
    assertThat(neighbours.takeNews(0)).isEmpty();

    learn(Leg.INSIDE, CLIENT, REST, SECOND);
    assertThat(neighbours.takeNews(SECOND)).as("the others know it").isEmpty();
    neighbours.tellAgain();
    assertThat(neighbours.takeNews(SECOND)).containsExactly(neighbour(CLIENT, Leg.INSIDE));
  }
}
