package dev.midstream.gateway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;

/** The permitted dependencies of the modules of a cluster. */
@AnalyzeClasses(packages = "dev.midstream", importOptions = ArchitectureTest.MainClasses.class)
final class ClusterArchitectureTest {
  private static final String JAVA = "java..";
  private static final String NULLNESS = "org.jspecify.annotations..";
  private static final String CLUSTER = "dev.midstream.cluster..";
  private static final String ENGINES = "dev.midstream.engines..";
  private static final String CARRIERS = "dev.midstream.jgroups..";
  private static final String TABLES = "dev.midstream.tables..";
  private static final String STORE = "dev.midstream.tables.infinispan..";
  private static final String AUTHORITY = "dev.midstream.ca..";

  @ArchTest
  static final ArchRule theClusterStandsAlone =
      module(CLUSTER)
          .should()
          .onlyDependOnClassesThat(residing(CLUSTER, JAVA, NULLNESS))
          .because("a whole cluster must run in one test, whatever carries its messages");

  @ArchTest
  static final ArchRule theEnginesOfAClusterKnowNoCarrier =
      module(ENGINES)
          .should()
          .onlyDependOnClassesThat(
              residing(
                  ENGINES,
                  CLUSTER,
                  "dev.midstream.reassembly..",
                  "dev.midstream.modcmd..",
                  "dev.midstream.agent..",
                  "dev.midstream.wire.packet..",
                  "dev.midstream.wire.header..",
                  "dev.midstream.wire.checksum..",
                  "dev.midstream.wire.segment..",
                  "dev.midstream.wire.bucket..",
                  "javax.crypto..",
                  JAVA,
                  NULLNESS))
          .because("a cluster of real engines must run in one test, too");

  @ArchTest
  static final ArchRule carriersDecideNothing =
      module(CARRIERS)
          .should()
          .onlyDependOnClassesThat(
              residing(
                  CARRIERS,
                  "dev.midstream.cluster.member..",
                  "dev.midstream.cluster.node..",
                  "dev.midstream.engines.message..",
                  "dev.midstream.modcmd.state..",
                  "org.jgroups..",
                  "javax.net.ssl..",
                  "javax.security.auth.x500..",
                  JAVA,
                  NULLNESS))
          .because("a carrier brings messages and names the members");

  @ArchTest
  static final ArchRule onlyOnePackageKnowsTheGroupLayer =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.midstream.jgroups.group..", STORE)
          .should()
          .dependOnClassesThat(residing("org.jgroups.."))
          .because("a node without a cluster must load no class of it");

  @ArchTest
  static final ArchRule onlyOnePackageOfTheProgramKnowsTheTables =
      noClasses()
          .that()
          .resideOutsideOfPackages(TABLES, "dev.midstream.gateway.tables..")
          .should()
          .dependOnClassesThat(residing(TABLES))
          .because("they are for observers: nothing that must go on may wait for them");

  @ArchTest
  static final ArchRule tablesDecideNothing =
      module(TABLES)
          .should()
          .onlyDependOnClassesThat(
              residing(
                  TABLES,
                  CARRIERS,
                  "dev.midstream.cluster.member..",
                  "dev.midstream.cluster.node..",
                  "dev.midstream.engines.message..",
                  "dev.midstream.modcmd.state..",
                  "dev.midstream.agent..",
                  "org.infinispan..",
                  "org.jgroups..",
                  "javax.sql..",
                  JAVA,
                  NULLNESS))
          .because("they show what was decided");

  @ArchTest
  static final ArchRule onlyOnePackageKnowsWhatHoldsTheTables =
      noClasses()
          .that()
          .resideOutsideOfPackage(STORE)
          .should()
          .dependOnClassesThat(residing("org.infinispan.."))
          .because("a node without a cluster must load no class of it");

  @ArchTest
  static final ArchRule tablesNeedNoNetwork =
      noClasses()
          .that(residing(TABLES))
          .and()
          .resideOutsideOfPackage(STORE)
          .should()
          .dependOnClassesThat(residing(CARRIERS, STORE))
          .because("they can be tested, and replaced, without what holds them");

  @ArchTest
  static final ArchRule theAuthorityStandsAlone =
      module(AUTHORITY)
          .should()
          .onlyDependOnClassesThat(
              residing(
                  AUTHORITY,
                  "org.bouncycastle..",
                  "javax.security..",
                  "jdk.security..",
                  JAVA,
                  NULLNESS))
          .because("it is used where no node runs");

  @ArchTest
  static final ArchRule onlyTheAuthorityMakesCertificates =
      noClasses()
          .that()
          .resideOutsideOfPackage(AUTHORITY)
          .should()
          .dependOnClassesThat(residing("org.bouncycastle.."))
          .because("nodes read certificates as the platform does");

  private static GivenClassesConjunction module(String name) {
    return classes().that(residing(name));
  }

  private static DescribedPredicate<JavaClass> residing(String... packages) {
    return resideInAnyPackage(packages);
  }
}
