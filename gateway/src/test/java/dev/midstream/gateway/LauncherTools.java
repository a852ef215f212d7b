package dev.midstream.gateway;

/** Scripts in place of the tools that the launcher starts. */
final class LauncherTools {
  static final String ECHOING_JAVA =
      """
      #!/bin/sh
      printf '%s\\n' "$0" $$ "${LC_ALL-}" "$@"
      """;

  static final String ECHOING_MAVEN =
      """
      #!/bin/sh
      if [ "$1" = --version ]; then
        echo 'Apache Maven 3.9.9'
      else
        printf '%s\\n' "$*" >>"$HOME/builds"
      fi
      """;

  /** Keeps what it has learnt if it is asked for that. */
  static final String LEARNING_JAVA =
      """
      #!/bin/sh
      case "$*" in
        *--aot-cache*)
          while [ "$1" != --aot-cache ]; do shift; done
          echo learnt >"$2"
          echo "${2%.*}" >>"$HOME/trainings"
          ;;
        *) printf '%s\\n' "$@" ;;
      esac
      """;

  /** Learns for as long as it is let, and notes its process. */
  static final String SLOW_JAVA =
      """
      #!/bin/sh
      case "$*" in
        *--aot-cache*)
          echo $$ >"$HOME/learner"
          exec sleep 600
          ;;
        *) printf '%s\\n' "$@" ;;
      esac
      """;

  /** Learns until two have begun to, and notes where they keep it. */
  static final String TWO_LEARNING_JAVA =
      """
      #!/bin/sh
      case "$*" in
        *--aot-cache*)
          while [ "$1" != --aot-cache ]; do shift; done
          echo "$2" >>"$HOME/trainings"
          until [ "$(wc -l <"$HOME/trainings")" -ge 2 ]; do sleep 0.05; done # a file has no signal
          echo learnt >>"$2"
          ;;
        *) printf '%s\\n' "$@" ;;
      esac
      """;

  private LauncherTools() {}
}
