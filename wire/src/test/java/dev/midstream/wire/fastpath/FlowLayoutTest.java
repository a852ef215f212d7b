package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.live.BpfFileSystem;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Entries that a process of another version has left are not read. */
class FlowLayoutTest {
  private static final int ENTRIES = 16;
  private static final int INTERFACE = 2;

  private final Arena arena = Arena.ofConfined();
  private final Linux linux = new Linux(arena);
  private final BpfRequest request = new BpfRequest(linux);

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  @DisplayName("another layout of keys, entries or states has another version")
  void hasItsVersion() throws IOException {
    String header = Files.readString(Path.of("src", "main", "bpf", "fastpath.h"));
    String declared =
        part(header, "struct key {", "};")
            + part(header, "struct entry {", "};")
            + part(header, "enum { FAST", ";")
            + part(header, "enum { HAS_EDGE", ";")
            + part(header, "enum { TAGGED", ";");
    assertThat(FlowEntry.LAYOUT).isEqualTo(1);
    assertThat(declared)
        .isEqualTo(
            """
            struct key { u8 source[16]; u8 destination[16]; u16 source_port; u16 destination_port;\
             u16 vlan; u16 version; };
            struct entry { u32 state; u32 interface; u32 flags; u32 from; u32 edge;\
             u32 sequence_shift; u32 acknowledgement_shift; u32 acknowledged_from; u32 reason;\
             u32 end; u32 acknowledgement; u32 window; u32 timestamp; u32 timestamp_echo;\
             u64 packets; u64 octets; u64 nanos; u8 link[12]; u32 seen; };
            enum { FAST = 1, RECALLED = 2, ADOPTED = 3, SHIFTED = 4, HELD = 5 };
            enum { HAS_EDGE = 1, HAS_START = 2, HAS_SYN = 4 };
            enum { TAGGED = 0x1000, VLAN_ID = 0x0fff };
            """);
  }

  private static String part(String header, String from, String to) {
    int at = header.indexOf(from);
    String part = header.substring(at, header.indexOf(to, at) + to.length());
    return part.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("\\s+", " ") + "\n";
  }

  @Test
  @Tag("live")
  @DisplayName("the next process goes on with entries of its version, and without those of another")
  void readsItsOwnVersionOnly() throws Exception {
    try (BpfFileSystem pins = BpfFileSystem.mount()) {
      loadOrSkip(pins.path());
      assertEntries(pins.path(), false, true);
      for (int version : List.of(0, FlowEntry.LAYOUT + 1)) {
        setLayout(pins.path(), version);
        assertEntries(pins.path(), true, false);
        assertEntries(pins.path(), false, true);
      }
      Files.delete(pins.path().resolve("layout"));
      assertEntries(pins.path(), true, false);
      FastPathProgram.load(linux, ENTRIES, pins.path()).close();
      assertThat(pins.path().resolve("layout")).doesNotExist();
    }
  }

  private void loadOrSkip(Path pins) {
    try {
      FastPathProgram first = FastPathProgram.load(linux, ENTRIES, pins);
      first.pin();
      put(first);
      first.leave();
    } catch (FastPathException e) {
      abort("skipped: " + e.getMessage());
    }
  }

  /** Looks for what {@link #put} put, and puts it again. */
  private void assertEntries(Path pins, boolean isForgotten, boolean areThere) throws Exception {
    FastPathProgram next = FastPathProgram.load(linux, 2 * ENTRIES, pins);
    next.pin();
    assertThat(next.hasForgotten()).isEqualTo(isForgotten);
    for (FastPathTable table : tables(next)) {
      FlowKey key = table.newKey().begin(4, 0);
      assertThat(table.read(key, table.newEntry())).isEqualTo(areThere);
    }
    put(next);
    next.leave();
  }

  private void put(FastPathProgram program) {
    for (FastPathTable table : tables(program)) {
      FlowEntry entry = table.newEntry().begin(INTERFACE);
      assertThat(table.put(table.newKey().begin(4, 0), entry)).isTrue();
    }
  }

  private List<FastPathTable> tables(FastPathProgram program) {
    return List.of(
        program.flows(linux, _ -> INTERFACE, 0), program.guards(linux, _ -> INTERFACE, 0));
  }

  private void setLayout(Path pins, int version) {
    int map = request.open(pins.resolve("layout").toString());
    assertThat(map).isPositive();
    assertThat(
            request.put(
                map, arena.allocateFrom(JAVA_INT, 0), arena.allocateFrom(JAVA_INT, version)))
        .isZero();
    int ignored = linux.close(map);
  }
}
