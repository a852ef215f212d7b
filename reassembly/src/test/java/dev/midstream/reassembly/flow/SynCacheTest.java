package dev.midstream.reassembly.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The cache of half-open connections against a map in the order of the last packets. */
class SynCacheTest {
  private static final String OPTIONS = "mss 1460,sackOK,TS 1/0,nop,wscale 7";

  private final FlowTable keys =
      new FlowTable(new KeyedHash(new HashSeed(1, 2)), new ConnectionHeap(Long.MAX_VALUE));
  private final SynCache cache =
      new SynCache(new KeyedHash(new HashSeed(1, 2)), new ConnectionHeap(Long.MAX_VALUE));
  private final ConnectionKey key = new ConnectionKey();

  private static FrameView syn(Ends ends, String options, long nowNanos) {
    byte[] frame =
        new FrameBuilder(ends, Direction.CLIENT_TO_SERVER)
            .flags(TcpFlags.SYN)
            .sequence(ends.clientIsn())
            .options(options)
            .build();
    FrameView view = new FrameView();
    view.read(
        new Packet()
            .at(MemorySegment.ofArray(frame), 0, frame.length)
            .from(LinkType.ETHERNET, Leg.OUTSIDE, 7, nowNanos));
    return view;
  }

  private int find(Ends ends) {
    keys.find(syn(ends, "", 0), key);
    return cache.find(key);
  }

  private int add(Ends ends, String options, long nowNanos) {
    FrameView syn = syn(ends, options, nowNanos);
    return cache.add(syn.packet(), syn.payloadOffset(), true, nowNanos);
  }

  private static Ends ends(int number) {
    Ends base = number % 2 == 0 ? Ends.IPV4 : Ends.IPV6;
    return base.withVlans(number % 3).withPorts(1 + number, 80).withIsns(number, 0);
  }

  @Test
  @DisplayName("C-66 records are found, in the order of their last packets, as in a map")
  void findsRecordsAsAMap() {
    SeededRounds.run(
        3,
        random -> {
          cache.clear();
          Map<Ends, Long> twin = new LinkedHashMap<>();
          for (int step = 0; step < 4_000; step++) {
            Ends ends = ends(random.nextInt(300));
            String options = random.nextBoolean() ? OPTIONS : "mss 536";
            int record = find(ends);
            assertThat(record != SynCache.NONE).isEqualTo(twin.containsKey(ends));
            if (record == SynCache.NONE) {
              record = add(ends, options, step);
              twin.put(ends, (long) step);
            } else if (random.nextInt(3) == 0) {
              cache.remove(record);
              twin.remove(ends);
              continue;
            }
            assertThat(cache.headers(record).sequence()).isEqualTo(ends.clientIsn());
            assertThat(cache.lastNanos(record)).isEqualTo(twin.get(ends));
            if (random.nextInt(4) == 0 && cache.following(record) == SynCache.NONE) {
              FrameView other = syn(ends.withIsns(-1, 0), options, step);
              cache.append(record, other.packet(), other.payloadOffset(), false, true, step);
              assertThat(cache.headers(last(record)).sequence()).isEqualTo(-1);
            }
            if (random.nextInt(500) == 0) {
              cache.releaseUnused();
            }
            assertThat(cache.size()).isEqualTo(twin.size());
            assertThat(cache.lastNanos(cache.oldest())).isEqualTo(twin.values().iterator().next());
          }
          assertThat(visited()).isEqualTo(twin.keySet());
        });
  }

  private int last(int record) {
    int following = cache.following(record);
    return following == SynCache.NONE ? record : last(following);
  }

  private Set<Ends> visited() {
    Set<Ends> all = new HashSet<>();
    for (long place = 0; place < SynCache.END; ) {
      place = cache.visit(place, record -> all.add(ends(cache.headers(record).sequence())));
    }
    return all;
  }

  @Test
  @DisplayName("C-66 a record keeps where and how its SYN arrived")
  void keepsTheArrivalOfASyn() {
    int record = add(Ends.IPV6, OPTIONS, 42);
    FrameView view = cache.headers(record);
    assertThat(view.packet().leg()).isEqualTo(Leg.OUTSIDE);
    assertThat(view.packet().interfaceId()).isEqualTo(7);
    assertThat(view.packet().timeNanos()).isEqualTo(42);
    assertThat(cache.arrivals(record)).isEqualTo(1);
    assertThat(view.options().maximumSegmentLength()).isEqualTo(1460);
    assertThat(cache.name(record)).isEqualTo("[2001:db8::1]:40000 > [2001:db8::2]:80");
  }

  @Test
  @DisplayName("C-66 the memory of a record of IPv4 is at most 128 octets, and is given back")
  void takesLittleMemory() {
    for (int number = 0; number < 200_000; number++) {
      int record = add(Ends.IPV4.withPorts(number & 0xffff, number >>> 16), OPTIONS, 0);
      assertThat(record).isNotEqualTo(SynCache.NONE);
      if (number > 20_000 && number % 1_000 == 0) {
        assertThat(cache.heapBytes() / cache.size()).isLessThanOrEqualTo(128);
      }
    }
    long full = cache.heapBytes();
    while (cache.size() > 1_000) {
      cache.remove(cache.oldest());
    }
    cache.releaseUnused();
    assertThat(cache.heapBytes()).isLessThan(full / 50);
    assertThat(cache.size()).isEqualTo(1_000);
  }

  @Test
  @DisplayName("C-66 few half-open connections take little memory")
  void takesLittleMemoryForFew() {
    add(Ends.IPV4, OPTIONS, 0);
    add(Ends.IPV6, OPTIONS, 0);
    assertThat(cache.heapBytes()).isLessThan(4_096);
  }

  @Test
  @DisplayName("C-66 H-39 a flood whose SYNs change their length takes no more memory")
  void takesNoMoreMemoryForOtherLengths() {
    int size = 30_000;
    for (int words = 0; words <= 10; words++) {
      String options = words == 0 ? "" : "nop" + ",nop".repeat(4 * words - 1);
      for (int number = 0; number < size; number++) {
        if (cache.size() == size) {
          cache.remove(cache.oldest());
        }
        add(Ends.IPV4.withPorts(number & 0xffff, (words << 8) + (number >>> 16)), options, 0);
        cache.releaseUnused();
      }
    }
    assertThat(cache.size()).isEqualTo(size);
    assertThat(cache.heapBytes() / size).isLessThanOrEqualTo(ConnectionHeap.HALF_OPEN_BYTES);
  }

  @Test
  @DisplayName("C-66 a record that now holds another SYN is not taken for the one before")
  void knowsNoReusedRecord() {
    int other = add(Ends.IPV4.withPorts(2, 80), OPTIONS, 9);
    int record = add(Ends.IPV4.withPorts(1, 80), OPTIONS, 5);
    cache.remove(record);
    FrameView answer = syn(Ends.IPV4.withPorts(2, 80), OPTIONS, 10);
    cache.append(other, answer.packet(), answer.payloadOffset(), false, false, 10);
    assertThat(cache.following(other)).isEqualTo(record);
    assertThat(cache.isKnown(record, 5)).isFalse();
    assertThat(cache.isKnown(other, 9)).isTrue();
  }
}
