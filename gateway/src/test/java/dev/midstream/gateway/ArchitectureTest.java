package dev.midstream.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import dev.midstream.wire.packet.Box;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/**
 * The permitted dependencies between modules and packages, checked over the classes of every module
 * below {@code bench} and {@code fuzz}.
 */
@AnalyzeClasses(packages = "dev.midstream", importOptions = ArchitectureTest.MainClasses.class)
final class ArchitectureTest {

  /** Omits tests, wherever the build puts them. */
  static final class MainClasses implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  private static final String JAVA = "java..";
  private static final String NULLNESS = "org.jspecify.annotations..";
  private static final String BUFFERS = "io.netty.buffer..";
  private static final String API = "dev.midstream.agent..";
  private static final String MODCMD = "dev.midstream.modcmd..";
  private static final String WIRE = "dev.midstream.wire..";
  private static final String[] WIRE_HEADERS = {
    "dev.midstream.wire.packet..",
    "dev.midstream.wire.header..",
    "dev.midstream.wire.checksum..",
    "dev.midstream.wire.segment..",
    "dev.midstream.wire.fastpath.."
  };
  private static final String REASSEMBLY = "dev.midstream.reassembly..";
  private static final String[] STAGES = {
    engine("admit"), engine("rewrite"), engine("deliver"), engine("emit"), engine("endpoint")
  };
  private static final String AGENTS = "dev.midstream.agents..";
  private static final String DEMO = "dev.midstream.demo..";
  private static final String GATEWAY = "dev.midstream.gateway..";
  private static final String TESTKIT = "dev.midstream.testkit..";
  private static final String CLUSTER = "dev.midstream.cluster..";
  private static final String ENGINES = "dev.midstream.engines..";
  private static final String CARRIERS = "dev.midstream.jgroups..";
  private static final String TABLES = "dev.midstream.tables..";
  private static final String AUTHORITY = "dev.midstream.ca..";
  private static final String WORLDS = "dev.midstream.worlds..";

  @ArchTest
  static final ArchRule theInterfaceOfAgentsStandsAlone =
      module(API)
          .should()
          .onlyDependOnClassesThat(residing(API, JAVA, NULLNESS))
          .because("authors of plug-ins compile against this module alone");

  @ArchTest
  static final ArchRule commandsStandAlone =
      module(MODCMD)
          .should()
          .onlyDependOnClassesThat(residing(MODCMD, API, JAVA, NULLNESS, BUFFERS))
          .because("the algebra of edits must be readable and testable on its own");

  @ArchTest
  static final ArchRule wireStandsAlone =
      module(WIRE)
          .should()
          .onlyDependOnClassesThat(residing(WIRE, JAVA, NULLNESS))
          .because("the meaning of a packet's octets does not depend on their use");

  @ArchTest
  static final ArchRule theEngineKnowsHeadersButNoPorts =
      module(REASSEMBLY)
          .should()
          .onlyDependOnClassesThat(
              residing(REASSEMBLY, MODCMD, API, JAVA, NULLNESS, BUFFERS).or(residing(WIRE_HEADERS)))
          .because("the engine exchanges packets with a file, a ring or a test in the same way");

  @ArchTest
  static final ArchRule storesKnowNoConnection =
      noClasses()
          .that(residing(engine("store")))
          .should()
          .dependOnClassesThat(residing(REASSEMBLY).and(not(residing(engine("store")))))
          .because("octets are kept by position, whatever connection they belong to");

  @ArchTest
  static final ArchRule aStreamKnowsNoConnection =
      noClasses()
          .that(residing(engine("stream")))
          .should()
          .dependOnClassesThat(
              residing(REASSEMBLY).and(not(residing(engine("stream"), engine("store")))))
          .because("the state of one direction must be readable, and movable, on its own");

  @ArchTest
  static final ArchRule connectionsKnowNoStage =
      noClasses()
          .that(residing(engine("flow"), engine("stream"), engine("event"), engine("rule")))
          .should()
          .dependOnClassesThat(residing(STAGES).or(residing(engine("lifecycle"), engine("path"))))
          .because("state does not know the steps that change it");

  @ArchTest
  static final ArchRule onlyPathsKnowTheOrderOfStages =
      noClasses()
          .that(residing(STAGES))
          .should()
          .dependOnClassesThat(residing(engine("lifecycle"), engine("path")))
          .because("a stage does its step, and a path says which step comes next");

  @ArchTest
  static final ArchRule agentsKnowOnlyTheirInterface =
      module(AGENTS)
          .should()
          .onlyDependOnClassesThat(
              residing(AGENTS, API, "dev.midstream.modcmd.search..", JAVA, NULLNESS))
          .because("agents written elsewhere can do exactly what ours can");

  @ArchTest
  static final ArchRule noAgentKnowsAnother =
      slices()
          .matching("dev.midstream.agents.(*)..")
          .should()
          .notDependOnEachOther()
          .because("each protocol can be read, loaded and removed on its own");

  @ArchTest
  static final ArchRule agentsSeeNoBuffers =
      noClasses()
          .that(residing(AGENTS, API))
          .should()
          .dependOnClassesThat(residing("io.netty.."))
          .because("the view's memory belongs to the engine, which may change its kind");

  @ArchTest
  static final ArchRule testKitNeedsNoEngine =
      classes()
          .that(residing(TESTKIT))
          .should()
          .onlyDependOnClassesThat(
              residing(TESTKIT, MODCMD, API, WIRE, JAVA, NULLNESS, "org.junit..", "org.assertj.."))
          .allowEmptyShould(true)
          .because("authors of plug-ins test with this module alone");

  @ArchTest
  static final ArchRule endpointsAndOraclesReadSegmentsThemselves =
      noClasses()
          .that(
              residing(
                  "dev.midstream.testkit.segment..",
                  "dev.midstream.testkit.sim.tcp..",
                  "dev.midstream.testkit.sim.oracle.."))
          .should()
          .dependOnClassesThat(
              residing(
                  "dev.midstream.wire.header..",
                  "dev.midstream.wire.checksum..",
                  "dev.midstream.wire.segment..",
                  "dev.midstream.modcmd.offset.."))
          .because("an error in the engine's reading must not look right to what checks it");

  @ArchTest
  static final ArchRule worldsKnowNoProgram =
      module(WORLDS)
          .should()
          .onlyDependOnClassesThat(
              residing(WORLDS, REASSEMBLY, TESTKIT, MODCMD, API, WIRE, JAVA, NULLNESS, BUFFERS))
          .because("the laws hold for the engine, whatever program runs it");

  @ArchTest
  static final ArchRule onlyTestsUseTheWorlds =
      noClasses()
          .that()
          .resideOutsideOfPackage(WORLDS)
          .should()
          .dependOnClassesThat(residing(WORLDS))
          .because("the program must not contain the harness that tests it");

  @ArchTest
  static final ArchRule theProgramIsOnTop =
      noClasses()
          .that(
              residing(
                  API,
                  MODCMD,
                  WIRE,
                  REASSEMBLY,
                  CLUSTER,
                  ENGINES,
                  CARRIERS,
                  TABLES,
                  AUTHORITY,
                  AGENTS,
                  TESTKIT,
                  DEMO))
          .should()
          .dependOnClassesThat(residing(GATEWAY))
          .because("command line and configuration are one use of the engine among others");

  @ArchTest
  static final ArchRule theDemonstrationKnowsNoEngine =
      module(DEMO)
          .should()
          .onlyDependOnClassesThat(residing(DEMO, WIRE, JAVA, NULLNESS, "com.fasterxml.jackson.."))
          .because("it computes what must arrive from what was sent; the box is a process");

  @ArchTest
  static final ArchRule onlyItsCommandKnowsTheDemonstration =
      noClasses()
          .that(residing(GATEWAY))
          .and()
          .doNotHaveSimpleName("DemoCommand")
          .should()
          .dependOnClassesThat(residing(DEMO))
          .because("network namespaces and test traffic are no part of the program's other work");

  @ArchTest
  static final ArchRule onlyMetricsKnowTheirLibrary =
      noClasses()
          .that(residing(GATEWAY))
          .and()
          .doNotHaveSimpleName("MetricsText")
          .should()
          .dependOnClassesThat(residing("io.prometheus.."))
          .because("it is loaded with the first request for metrics, not at each start");

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices()
          .matching("dev.midstream.(**)")
          .should()
          .beFreeOfCycles()
          .because("a cycle is one package with two names, and has no reading order");

  @ArchTest
  static final ArchRule theCoreDoesNoInputOrOutput =
      core()
          .should()
          .dependOnClassesThat(PureCore.touchTheWorld())
          .because(
              "octets and time go in, packets and timers come out, so a world repeats from its seed");

  @ArchTest
  static final ArchRule theCoreReadsNoClock =
      core()
          .should()
          .callMethodWhere(PureCore.readsAClock())
          .because("time is a parameter, so a test runs hours in a moment");

  @ArchTest
  static final ArchRule theCoreDrawsNothingUnseeded =
      core()
          .should()
          .callCodeUnitWhere(PureCore.drawsUnseeded())
          .because("a run that cannot be repeated cannot be debugged");

  @ArchTest
  static final ArchRule theCoreKnowsTheFastPathAsATable =
      noClasses()
          .that()
          .resideInAPackage(REASSEMBLY)
          .should()
          .dependOnClassesThat()
          .haveNameMatching(".*\\.wire\\.fastpath\\.(Kernel|FastPathProgram).*")
          .because("which kernel forwards packets is the business of the program");

  @ArchTest
  static final ArchRule theCorePrintsNothing =
      core()
          .should()
          .accessFieldWhere(PureCore.isAStandardStream())
          .because("what happened is an event or a counter, which the caller may print");

  @ArchTest
  static void questionsChangeNothing(JavaClasses classes) {
    assertThat(Questions.thatChangeState(classes))
        .as("each change of state must be a call of a verb, or a log of changes would miss it")
        .isEmpty();
  }

  @ArchTest
  static void changesOfStateAreVerbs(JavaClasses classes) {
    assertThat(Questions.nounsThatSet(classes))
        .as("a reader must see at the call whether state changes")
        .isEmpty();
    assertThat(Questions.changesAroundTheStream(classes))
        .as("a stream changes by its own verbs, so a log of changes has one place")
        .isEmpty();
  }

  @ArchTest
  static void boxesAroundAnEngineHandEachCallOn(JavaClasses classes) {
    Set<String> silent =
        classes.stream()
            .filter(each -> residing("dev.midstream.gateway..").test(each))
            .filter(each -> each.isAssignableTo(Box.class))
            .filter(each ->
                !each.getAllMethods().stream()
                    .filter(method -> !method.getOwner().isEquivalentTo(Box.class))
                    .map(JavaMember::getName)
                    .collect(Collectors.toSet())
                    .containsAll(Set.of("isPrefetching", "prefetch")))
            .map(JavaClass::getName)
            .collect(Collectors.toSet());
    assertThat(silent).as("a default method of a box ends at the first that has none").isEmpty();
  }

  @ArchTest
  static void nativeCallsLieInOnePackageOfWire(JavaClasses classes) {
    Set<String> packages =
        classes.stream()
            .filter(ArchitectureTest::callsNativeCode)
            .map(JavaClass::getPackageName)
            .collect(Collectors.toSet());
    assertThat(packages)
        .as("a wrong downcall ends the process, so all of them are read together")
        .containsExactly("dev.midstream.wire.nativecall");
  }

  @ArchTest
  static void everyPackageIsNullMarked(JavaClasses classes) {
    Set<String> unmarked =
        classes.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(each -> !each.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .collect(Collectors.toSet());
    assertThat(unmarked).as("what is not marked is not checked for null").isEmpty();
  }

  private static String engine(String part) {
    return "dev.midstream.reassembly." + part + "..";
  }

  private static GivenClassesConjunction module(String name) {
    return classes().that(residing(name));
  }

  private static GivenClassesConjunction core() {
    return noClasses().that(residing(API, MODCMD, REASSEMBLY, CLUSTER, ENGINES, AGENTS));
  }

  private static DescribedPredicate<JavaClass> residing(String... packages) {
    return resideInAnyPackage(packages);
  }

  private static boolean callsNativeCode(JavaClass each) {
    return each.getDirectDependenciesFromSelf().stream()
        .anyMatch(dependency ->
            belongToAnyOf(Linker.class, SymbolLookup.class, FunctionDescriptor.class)
                .test(dependency.getTargetClass()));
  }
}
