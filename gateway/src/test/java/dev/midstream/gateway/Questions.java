package dev.midstream.gateway;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaFieldAccess.AccessType;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Methods of the engine that are named as questions, and the field writes that they reach. Calls
 * are followed to their declared targets within the engine and the edit algebra. Constructors are
 * not followed, and writes to arrays and collections are not seen. In the packages of state, every
 * method that writes a field must begin with a verb, and other packages change it only through
 * these.
 */
final class Questions {

  private static final Pattern NAME = Pattern.compile("(is|has)[A-Z].*");
  private static final String ASKED = "dev.midstream.reassembly";
  private static final Set<String> FOLLOWED = Set.of(ASKED, "dev.midstream.modcmd");

  /**
   * Fields that change no answer: search fingers of the command list, the text of a connection's
   * name, the reusable key that a look-up fills, and the place of a reader of octets.
   */
  private static final Pattern CACHES =
      Pattern.compile(
          "CommandRing\\.\\w+Finger|Connection\\.name|ConnectionKey\\.\\w+|StateReader\\.at");

  private static final Set<String> STATE =
      Set.of("dev.midstream.reassembly.flow", "dev.midstream.reassembly.stream");

  private static final Pattern VERB =
      Pattern.compile(
          "(accept|acknowledge|add|advance|advertise|age|allow|assure|await|back"
              + "|begin|capture|charge|clear|confirm|count|decide|drop|end|enter|expect|expire|free"
              + "|grow|hold|insert|join|leave|lower|make|mark|note|observe|on|open|pick"
              + "|place|read|refuse|release|remove|request|require|reset|restart|restore|schedule"
              + "|set|skip|start|step|stop|suspend|swap|take|touch|trim|update|vouch"
              + "|want)"
              + "([A-Z].*)?");

  /** Changes of the objects that a stream consists of, by class. */
  private static final Map<String, Set<String>> PARTS =
      Map.of(
          "OffsetMap", Set.of("decideTo"),
          "CommandList", Set.of("append", "foldTo", "trim"),
          "FinMap", Set.of("arrive", "withdraw", "settle", "release", "finish", "adopt"),
          "FoldPolicy", Set.of("fold", "makeRoom"),
          "OctetBuffer", Set.of("append", "dropFront", "trim", "free"),
          "ReleasedOctets", Set.of("append", "dropBelow", "freeBelow", "trim", "free"));

  /** Packages of the stream and of its parts. */
  private static final Set<String> PARTS_LIE_IN = Set.of(ASKED + ".stream", ASKED + ".store");

  private Questions() {}

  /** Methods of the packages of state that write a field and do not begin with a verb. */
  static List<String> nounsThatSet(JavaClasses classes) {
    return classes.stream()
        .filter(each -> STATE.contains(each.getPackageName()))
        .flatMap(each -> each.getMethods().stream())
        .filter(method -> !VERB.matcher(method.getName()).matches())
        .filter(method -> method.getFieldAccesses().stream().anyMatch(Questions::isWrite))
        .map(Questions::name)
        .sorted()
        .toList();
  }

  /** Calls that change a part of a stream, but not through a verb of the stream. */
  static List<String> changesAroundTheStream(JavaClasses classes) {
    return classes.stream()
        .filter(each -> isIn(ASKED, each.getPackageName()))
        .filter(each -> !PARTS_LIE_IN.contains(each.getPackageName()))
        .flatMap(each -> each.getMethodCallsFromSelf().stream())
        .filter(call ->
            PARTS
                .getOrDefault(call.getTargetOwner().getSimpleName(), Set.of())
                .contains(call.getName()))
        .filter(call -> !call.getOriginOwner().equals(call.getTargetOwner()))
        .map(call -> call.getOriginOwner().getSimpleName() + " > " + call.getTarget().getFullName())
        .sorted()
        .toList();
  }

  /** One line for each question that reaches a field write, with the calls that lead to it. */
  static List<String> thatChangeState(JavaClasses classes) {
    return classes.stream()
        .filter(each -> isIn(ASKED, each.getPackageName()))
        .flatMap(each -> each.getMethods().stream())
        .filter(method -> NAME.matcher(method.getName()).matches())
        .sorted(Comparator.comparing(JavaMethod::getFullName))
        .flatMap(method -> firstWrite(method).stream())
        .toList();
  }

  private static Optional<String> firstWrite(JavaMethod question) {
    Map<JavaMethod, String> reached = new HashMap<>(Map.of(question, name(question)));
    ArrayDeque<JavaMethod> waiting = new ArrayDeque<>(List.of(question));
    while (!waiting.isEmpty()) {
      JavaMethod method = waiting.remove();
      String path = reached.get(method);
      for (JavaFieldAccess access : method.getFieldAccesses()) {
        if (isWrite(access)) {
          return Optional.of(path + " sets " + field(access));
        }
      }
      for (JavaMethodCall call : method.getMethodCallsFromSelf()) {
        call.getTarget()
            .resolveMember()
            .filter(next -> isFollowed(next) && !reached.containsKey(next))
            .ifPresent(next -> {
              reached.put(next, path + " > " + name(next));
              waiting.add(next);
            });
      }
    }
    return Optional.empty();
  }

  private static boolean isWrite(JavaFieldAccess access) {
    return access.getAccessType() == AccessType.SET && !CACHES.matcher(field(access)).matches();
  }

  private static boolean isFollowed(JavaMethod method) {
    return FOLLOWED.stream().anyMatch(root -> isIn(root, method.getOwner().getPackageName()));
  }

  private static boolean isIn(String root, String packageName) {
    return packageName.equals(root) || packageName.startsWith(root + ".");
  }

  private static String name(JavaMethod method) {
    return method.getOwner().getSimpleName() + "." + method.getName();
  }

  private static String field(JavaFieldAccess access) {
    return access.getTargetOwner().getSimpleName() + "." + access.getName();
  }
}
