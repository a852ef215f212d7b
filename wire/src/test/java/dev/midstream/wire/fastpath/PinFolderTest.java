package dev.midstream.wire.fastpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.live.BpfFileSystem;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The folder of all pins, in a bpf file system that any user may look into. */
@Tag("live")
final class PinFolderTest {
  private static final String OTHER_USER = "65534";
  private static final int PATIENCE_MILLIS = 300;
  private static final int LONG_MILLIS = 10_000;

  private final Arena arena = Arena.ofShared();
  private final Linux linux = new Linux(arena);
  private BpfFileSystem files = new BpfFileSystem(Path.of(""));
  private PinFolder folder = new PinFolder(Path.of(""));

  @BeforeEach
  void mount() throws IOException {
    files = BpfFileSystem.mount();
    folder = new PinFolder(files.path());
  }

  @AfterEach
  void close() throws IOException {
    files.close();
    arena.close();
  }

  @Test
  @DisplayName("another user finds directories of pins, and cannot lock what keeps a start waiting")
  void lastsBesideOtherUsers() throws Exception {
    folder.lock(linux).close();
    Path pins = folder.path().resolve("1-in0-out0");
    PinFolder.make(pins, PinFolder.PINS);
    assertThat(asOther("ls", folder.path().toString())).isTrue();
    assertThat(asOther("test", "-d", pins.toString())).isTrue();
    assertThat(asOther("flock", "-n", pins.toString(), "true")).isFalse();
    assertThat(asOther("flock", "-n", folder.path().resolve("lock").toString(), "true")).isFalse();
    assertThat(asOther("mkdir", folder.path().resolve("2-in0-out0").toString())).isFalse();
    Process holding = start("flock", folder.path().toString(), "sleep", "1000");
    try {
      awaitLocked(folder.path());
      folder.lock(linux).close();
    } finally {
      holding.descendants().forEach(ProcessHandle::destroyForcibly);
      holding.destroyForcibly().waitFor();
    }
  }

  @Test
  @DisplayName("directories that an earlier build left open to all are so no more")
  void closesThoseOfAnEarlierBuild() throws Exception {
    Path pins = Files.createDirectories(folder.path().resolve("1-in0-out0"));
    for (Path each : List.of(folder.path(), pins)) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    folder.lock(linux).close();
    PinFolder.make(pins, PinFolder.PINS);
    assertThat(asOther("flock", "-n", pins.toString(), "true")).isFalse();
    assertThat(asOther("mkdir", folder.path().resolve("2-in0-out0").toString())).isFalse();
  }

  @Test
  @DisplayName("a folder that another user has made is refused: that one may change what is in it")
  void refusesAFolderOfOthers() throws Exception {
    assertThat(asOther("mkdir", folder.path().toString())).isTrue();
    assertThatThrownBy(() -> folder.lock(linux))
        .isInstanceOf(FastPathException.class)
        .hasMessage(
            "the directory of pins %s belongs to another user, id=65534: remove it"
                .formatted(folder.path()));
    folder.lockIfThere(linux).close();
    Files.delete(folder.path());
    folder.lockIfThere(linux).close();
    assertThat(folder.path()).doesNotExist();
    folder.lock(linux).close();
  }

  @Test
  @DisplayName("starts look one after the other, and one that waits for too long says for what")
  void waits() throws Exception {
    PinFolder.Hold first = folder.lock(linux);
    CompletableFuture<PinFolder.Hold> second = new CompletableFuture<>();
    Thread.ofPlatform().start(() -> complete(second));
    assertThat(second).failsWithin(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    first.close();
    assertThat(second).succeedsWithin(LONG_MILLIS, TimeUnit.MILLISECONDS);
    assertThatThrownBy(() -> folder.lock(linux, 1))
        .hasMessage(
            "another start of midstream looks for pins still, and holds "
                + folder.path().resolve("lock"));
    second.join().close();
  }

  private void complete(CompletableFuture<PinFolder.Hold> next) {
    try {
      next.complete(folder.lockIfThere(new Linux(arena)));
    } catch (FastPathException e) {
      next.completeExceptionally(e);
    }
  }

  private static void awaitLocked(Path path) throws Exception {
    while (start("flock", "-n", path.toString(), "true").waitFor() == 0) {
      Thread.onSpinWait();
    }
  }

  /** Whether a command of a user without rights succeeds. */
  private static boolean asOther(String... command) throws Exception {
    return start(command).waitFor() == 0;
  }

  private static Process start(String... command) throws IOException {
    List<String> whole = new ArrayList<>();
    whole.addAll(List.of("setpriv", "--reuid", OTHER_USER, "--regid", OTHER_USER));
    whole.add("--clear-groups");
    whole.addAll(List.of(command));
    return new ProcessBuilder(whole)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
