# Finds the JDK and the Maven that build and run Midstream. Sourced by mvnw and midstream, which set $home to the root
# of the tree first. Environment:
#
#   JAVA_HOME       used if it is a JDK of the right version; otherwise the usual places are searched
#   MVNW_REPOURL    a Maven repository to fetch Maven from, needed only where no mvn is installed
#   MVNW_PINNED=1   uses exactly the Maven version of .mvn/maven.properties, fetched with the installed mvn

property() { sed -n "s/^$1=//p" "$home/.mvn/maven.properties"; }

# Reports bad usage or a bad environment: one line for each argument, exit code 2.
fail() {
  printf '%s\n' "$@" >&2
  exit 2
}

# True when $1 is a JDK (with javac) of the feature version $2.
is_jdk_of() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] && grep -q "^JAVA_VERSION=\"$2[.\"]" "$1/release"
}

# Prints the directory of a JDK of the wanted version.
find_jdk() {
  wanted=$(property java)
  on_path=$(command -v javac | xargs -r readlink -f | sed 's:/bin/javac$::')
  for jdk in "${JAVA_HOME-}" "${JDK_25-}" "$on_path" \
    "${HOME-}"/.sdkman/candidates/java/*"$wanted"* "${HOME-}"/.jdks/*"$wanted"* "${HOME-}"/.m2/jdks/* \
    /usr/lib/jvm/* /usr/java/* /usr/local/*jdk* /opt/java/* /opt/*jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk@"$wanted"/libexec/openjdk.jdk/Contents/Home; do
    if [ -n "$jdk" ] && is_jdk_of "$jdk" "$wanted"; then
      printf '%s\n' "$jdk"
      return
    fi
  done
  fail "midstream needs JDK $wanted: none found in JAVA_HOME, on PATH, in /usr/lib/jvm, /opt or ~/.sdkman." \
    "install one (apt install openjdk-$wanted-jdk-headless where the distribution has it; https://adoptium.net otherwise)," \
    "or unpack one anywhere and set JAVA_HOME."
}

# True when version $1 is at least version $2.
is_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# Prints the version of the Maven launcher $1.
maven_version() { (cd / && "$1" --version 2>/dev/null) | sed -n 's/.*Apache Maven \([0-9.]*[0-9]\).*/\1/p'; }

# Prints the launcher of the pinned Maven, or of the installed one if it is new enough. Otherwise fetches the pinned
# one.
find_maven() {
  version=$(property maven)
  pinned="${MAVEN_USER_HOME:-${HOME-}/.m2}/wrapper/dists/apache-maven-$version"
  installed=$(command -v mvn || true)
  if [ -x "$pinned/bin/mvn" ]; then
    printf '%s\n' "$pinned/bin/mvn"
    return
  fi
  if [ -n "$installed" ] && [ -z "${MVNW_PINNED-}" ]; then
    found=$(maven_version "$installed")
    if is_at_least "${found:-0}" "$(property maven.minimum)"; then
      printf '%s\n' "$installed"
      return
    fi
  fi
  fetch_maven "$version" "$pinned" "$installed"
}

# Installs Maven $1 in the directory $2, with the older Maven $3 and its mirrors, or from MVNW_REPOURL.
fetch_maven() {
  download=$(mktemp -d)
  archive="$download/apache-maven-$1-bin.tar.gz"
  if [ -n "$3" ]; then
    (cd "$download" && "$3" -q -B org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
      -Dartifact="org.apache.maven:apache-maven:$1:tar.gz:bin" -DoutputDirectory="$download") >&2
  elif [ -n "${MVNW_REPOURL-}" ]; then
    url="$MVNW_REPOURL/org/apache/maven/apache-maven/$1/apache-maven-$1-bin.tar.gz"
    if command -v curl >/dev/null; then curl -fsSL -o "$archive" "$url"; else wget -q -O "$archive" "$url"; fi
  else
    rm -rf "$download"
    fail "midstream needs Maven $(property maven.minimum) or newer to build itself: no mvn on PATH." \
      "install it (Debian: apt install maven), or set MVNW_REPOURL to a Maven repository."
  fi
  mkdir -p "$(dirname "$2")"
  tar -xzf "$archive" -C "$download"
  mv "$download/apache-maven-$1" "$2" 2>/dev/null || [ -x "$2/bin/mvn" ]
  rm -rf "$download"
  printf '%s\n' "$2/bin/mvn"
}

# Sets JAVA_HOME and MAVEN_OPTS. Maven's own libraries still use Unsafe and native access, which newer JDKs refuse
# unless it is enabled.
use_jdk() {
  JAVA_HOME=$(find_jdk)
  MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS-}"
  export JAVA_HOME MAVEN_OPTS
}

case ${MIDSTREAM_COLLECTOR:-Serial} in
  Serial | G1 | Z) ;;
  *) fail "midstream: must be one of Serial, G1, Z, MIDSTREAM_COLLECTOR=$MIDSTREAM_COLLECTOR" ;;
esac

# The JVM flags of Midstream. The path of a packet is many small methods deep. At the default inlining depth of 15 the
# compiler stops inside the memory accesses, and searching for a string takes three times as long. Without the borders
# the compiler would inline the whole path into one method, and stop where its budget ends, which may be inside the
# search of the agent. The library of the command line looks for a class of Groovy in every jar of the class path, and
# loads classes of SQL, unless it is told not to. MIDSTREAM_COLLECTOR names another collector: Serial, G1 or Z. stdout
# belongs to the program: what the JVM itself says, also a thread dump, goes to stderr.
jvm_flags="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+Use${MIDSTREAM_COLLECTOR:-Serial}GC -XX:MaxInlineLevel=30 -XX:CompileCommand=quiet
  -XX:CompileCommand=dontinline,dev.midstream.reassembly.deliver.Inquiry::ask
  -XX:CompileCommand=dontinline,dev.midstream.reassembly.deliver.Delivery::accept
  -XX:CompileCommand=dontinline,dev.midstream.reassembly.rewrite.HeaderRewrite::rewrite
  -XX:+DisplayVMOutputToStderr -Xlog:all=off:stdout -Xlog:all=warning:stderr
  -Dio.netty.leakDetection.level=disabled
  -Dpicocli.disable.closures=true -Dpicocli.converters.excludes=java.sql..+"
