package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.fastpath.KernelObject.MapDefinition;
import dev.midstream.wire.live.BpfFileSystem;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Maps that outlive their process. */
@Tag("live")
class KernelMapsTest {
  private static final int ARRAY_OF_EACH_PROCESSOR = 6;
  private static final int MAX_OPENED = 100;
  private static final MapDefinition SMALL =
      new MapDefinition("counts", ARRAY_OF_EACH_PROCESSOR, 4, 8, 2);

  private final Arena arena = Arena.ofConfined();
  private final Linux linux = new Linux(arena);
  private final BpfRequest request = new BpfRequest(linux);

  @Test
  @DisplayName("a later version that counts more goes on with the counts of every processor")
  void keepsCounts() throws Exception {
    int processors = PossibleProcessors.count();
    MemorySegment index = arena.allocateFrom(JAVA_INT, 1);
    MemorySegment values = arena.allocate(JAVA_LONG, processors);
    for (int i = 0; i < processors; i++) {
      values.setAtIndex(JAVA_LONG, i, 70 + i);
    }
    try (BpfFileSystem pins = BpfFileSystem.mount();
        KernelMaps later = new KernelMaps(linux, pins.path())) {
      addOrSkip(pins.path(), index, values);
      int layout = later.layout();
      later.add(SMALL.withEntries(5));
      later.pin(layout);
      MemorySegment found = arena.allocate(JAVA_LONG, processors);
      assertThat(request.find(later.get("counts"), index, found)).isZero();
      assertThat(found.mismatch(values)).isEqualTo(-1);
      later.unpin();
    }
  }

  @Test
  @DisplayName("a map that cannot be made leaves no descriptor of the pinned one")
  void closesPinnedMaps() throws Exception {
    MemorySegment index = arena.allocateFrom(JAVA_INT, 1);
    try (BpfFileSystem pins = BpfFileSystem.mount();
        KernelMaps later = new KernelMaps(linux, pins.path())) {
      addOrSkip(pins.path(), index, arena.allocate(JAVA_LONG, PossibleProcessors.count()));
      long before = openMaps();
      assertThatThrownBy(() -> later.add(SMALL.withEntries(0)))
          .isInstanceOf(FastPathException.class);
      assertThat(openMaps()).isEqualTo(before);
    }
  }

  @Test
  @DisplayName("what is pinned stays as it is until the maps in place of it are pinned")
  void pinsLate() throws Exception {
    MemorySegment index = arena.allocateFrom(JAVA_INT, 1);
    try (BpfFileSystem pins = BpfFileSystem.mount();
        KernelMaps later = new KernelMaps(linux, pins.path());
        KernelMaps last = new KernelMaps(linux, pins.path())) {
      addOrSkip(pins.path(), index, arena.allocate(JAVA_LONG, PossibleProcessors.count()));
      assertThat(later.replace(SMALL.withEntries(5))).isTrue();
      last.add(SMALL.withEntries(7));
      assertThat(later.arePinned() || last.arePinned()).isFalse();
      assertThat(later.pinnedEntries("counts")).isEqualTo(SMALL.entries());
      last.pin(1);
      assertThat(last.arePinned()).isTrue();
      assertThat(later.pinnedEntries("counts")).isEqualTo(7);
    }
  }

  @Test
  @DisplayName("a map that cannot be pinned leaves the one that is pinned in its place")
  void keepsWhatIsPinned() throws Exception {
    MemorySegment index = arena.allocateFrom(JAVA_INT, 1);
    try (BpfFileSystem pins = BpfFileSystem.mount();
        KernelMaps later = new KernelMaps(linux, pins.path())) {
      addOrSkip(pins.path(), index, arena.allocate(JAVA_LONG, PossibleProcessors.count()));
      assertThat(later.replace(SMALL.withEntries(5))).isTrue();
      replaceByOther(later.get("counts"));
      assertThatThrownBy(() -> later.pin(1))
          .hasMessage("cannot pin a map of the kernel in " + pins.path() + ": error=EINVAL");
      assertThat(later.pinnedEntries("counts")).isEqualTo(SMALL.entries());
    }
  }

  /** The descriptor means something that cannot be pinned. */
  private void replaceByOther(int descriptor) {
    assertThat(linux.close(descriptor)).isZero();
    List<Integer> opened = new ArrayList<>();
    while (!opened.contains(descriptor) && opened.size() < MAX_OPENED) {
      opened.add(linux.open("/dev/null", 0));
    }
    assertThat(opened).contains(descriptor);
    opened.stream().filter(each -> each != descriptor).forEach(linux::close);
  }

  private static long openMaps() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(KernelMapsTest::isMap).count();
    }
  }

  private static boolean isMap(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().contains("bpf-map");
    } catch (IOException _) {
      return false; // that of the list
    }
  }

  private void addOrSkip(Path pins, MemorySegment index, MemorySegment values) {
    try (KernelMaps earlier = new KernelMaps(linux, pins)) {
      int layout = earlier.layout();
      earlier.add(SMALL);
      earlier.pin(layout);
      assertThat(request.put(earlier.get("counts"), index, values)).isZero();
    } catch (FastPathException e) {
      abort("skipped: " + e.getMessage());
    }
  }
}
