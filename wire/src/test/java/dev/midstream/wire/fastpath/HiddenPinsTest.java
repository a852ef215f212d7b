package dev.midstream.wire.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.live.Capabilities;
import dev.midstream.wire.live.NameSpace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pins of a dead process of another user. */
@Tag("live")
final class HiddenPinsTest {
  private static final String NOTHING = "---------";
  private static final String ALL = "rwx------";

  @TempDir private Path directory = Path.of("");

  @Test
  @DisplayName("pins are hidden if the user may not look, not if there are none")
  void tellsHiddenFromMissing() throws Exception {
    Path folder = directory.resolve("midstream");
    assertThat(isHidden(folder)).isFalse();
    Files.createDirectory(folder);
    assertThat(isHidden(folder)).isFalse();
    setPermissions(folder, NOTHING);
    assertThat(isHidden(folder)).isTrue();
    setPermissions(directory, NOTHING);
    assertThat(isHidden(folder)).isTrue();
    Files.delete(folder);
    setPermissions(directory, ALL);
  }

  private static void setPermissions(Path path, String permissions) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  /** What a user without capabilities finds. */
  private static boolean isHidden(Path folder) throws InterruptedException {
    CompletableFuture<Boolean> found = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(() -> {
          Capabilities.drop();
          found.complete(PinFolder.isHidden(folder));
        })
        .join();
    return found.join();
  }

  @Test
  @DisplayName("pins are likely only between two interfaces that are promiscuous")
  void seesPromiscuousInterfaces() {
    NameSpace.assumeAllowed();
    try (NameSpace box = new NameSpace()) {
      box.ip("link add in0 type veth peer name out0", "link set in0 promisc on");
      assertThat(arePromiscuous(box, "out0")).isFalse();
      box.ip("link set out0 promisc on");
      assertThat(arePromiscuous(box, "out0")).isTrue();
      assertThat(arePromiscuous(box, "out1")).isFalse();
      assertThat(arePromiscuous(box, "no name of an interface")).isFalse();
    }
  }

  private static boolean arePromiscuous(NameSpace box, String outside) {
    return box.in(() -> HiddenPins.arePromiscuous("in0", outside));
  }
}
