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
 * not followed, and writes to arrays and collections are not seen.
 */
final class Questions {

  private static final Pattern NAME = Pattern.compile("(is|has)[A-Z].*");
  private static final String ASKED = "dev.midstream.reassembly";
  private static final Set<String> FOLLOWED = Set.of(ASKED, "dev.midstream.modcmd");

  /**
   * Fields that change no answer: search fingers of the command list, the text of a connection's
   * name, and the reusable key that a look-up fills.
   */
  private static final Pattern CACHES =
      Pattern.compile("CommandRing\\.\\w+Finger|Connection\\.name|ConnectionKey\\.\\w+");

  private Questions() {}

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
        if (access.getAccessType() == AccessType.SET && !CACHES.matcher(field(access)).matches()) {
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
