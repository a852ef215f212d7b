package dev.midstream.reassembly.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The classes that pom.xml leaves out of the run whose connections move before each packet. */
class MovingRunTest {
  private static final Pattern EXCLUDE = Pattern.compile("<exclude>(.+)[.]java</exclude>");
  private static final String PACKAGE = "dev/midstream/reassembly/script/";
  private static final String ENGINE = PACKAGE + "TestEngine";

  /** The methods of test engines that make a script. */
  private static final Set<String> PLAYING = Set.of("open", "run");

  @Test
  @DisplayName("classes that play no script, which no move can change, run once only")
  void leavesOutWhatNeverMoves() throws Exception {
    Path root = Path.of(Scripts.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Set<String> moving = movingClasses(root);
    for (String exclude : excludes()) {
      List<String> left = classes(root, exclude + "{,$*}.class");
      assertThat(left).as(exclude).isNotEmpty().doesNotContainAnyElementsOf(moving);
    }
    assertThat(moving).contains(ENGINE, "dev/midstream/reassembly/WorkedExampleTest");
  }

  private static List<String> excludes() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    List<String> excludes = EXCLUDE.matcher(pom).results().map(each -> each.group(1)).toList();
    assertThat(excludes).isNotEmpty();
    return excludes;
  }

  /** The names of test classes whose files fit {@code pattern}. */
  private static List<String> classes(Path root, String pattern) throws IOException {
    PathMatcher matcher = root.getFileSystem().getPathMatcher("glob:" + pattern);
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(matcher::matches)
          .map(file -> root.relativize(file).toString().replaceAll("[.]class$", ""))
          .toList();
    }
  }

  /** All test classes that play scripts, themselves or by another one. */
  private static Set<String> movingClasses(Path root) throws IOException {
    List<ClassModel> others = new ArrayList<>();
    for (String name : classes(root, "**.class")) {
      others.add(ClassFile.of().parse(root.resolve(name + ".class")));
    }
    Set<String> moving = new HashSet<>(Set.of(PACKAGE + "Scripts"));
    while (others.removeIf(each -> plays(each, moving) && moving.add(name(each)))) {
      // those that use one of them are next
    }
    return moving;
  }

  private static boolean plays(ClassModel model, Set<String> moving) {
    for (PoolEntry entry : model.constantPool()) {
      if (isPlaying(entry) || isUse(entry, moving)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPlaying(PoolEntry entry) {
    return entry instanceof MemberRefEntry member
        && member.owner().asInternalName().equals(ENGINE)
        && PLAYING.contains(member.name().stringValue());
  }

  private static boolean isUse(PoolEntry entry, Set<String> moving) {
    return entry instanceof ClassEntry used
        && !used.asInternalName().equals(ENGINE)
        && moving.contains(used.asInternalName());
  }

  private static String name(ClassModel model) {
    return model.thisClass().asInternalName();
  }
}
