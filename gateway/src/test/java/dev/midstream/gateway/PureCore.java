package dev.midstream.gateway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What the core must not use: clocks, threads, sockets, files, logs and unseeded random numbers.
 */
final class PureCore {

  private static final Set<String> CLOCK_METHODS = Set.of("nanoTime", "currentTimeMillis");
  private static final List<Class<?>> SEEDABLE = List.of(Random.class, SplittableRandom.class);
  private static final List<Class<?>> NEVER_SEEDED =
      List.of(Math.class, StrictMath.class, UUID.class, RandomGenerator.class);
  private static final Set<String> UNSEEDED_METHODS =
      Set.of("random", "randomUUID", "getDefault", "of");

  private PureCore() {}

  static DescribedPredicate<JavaClass> touchTheWorld() {
    return threads().or(files()).or(sockets()).or(logs()).or(clocks()).or(randomness());
  }

  static DescribedPredicate<JavaMethodCall> readsAClock() {
    return DescribedPredicate.describe(
        "the clock is read",
        call ->
            (isOwnedBy(call, System.class) && CLOCK_METHODS.contains(call.getName()))
                || (call.getTargetOwner().getPackageName().startsWith("java.time")
                    && call.getName().equals("now")));
  }

  static DescribedPredicate<JavaCall<?>> drawsUnseeded() {
    return DescribedPredicate.describe(
        "a number is drawn without a seed",
        call ->
            isUnseededConstruction(call)
                || isShuffleWithoutSource(call)
                || (isOwnedByAny(call, NEVER_SEEDED) && UNSEEDED_METHODS.contains(call.getName())));
  }

  static DescribedPredicate<JavaFieldAccess> isAStandardStream() {
    return DescribedPredicate.describe(
        "a standard stream is used",
        access ->
            isOwnedBy(access, System.class)
                && Set.of("in", "out", "err").contains(access.getName()));
  }

  private static DescribedPredicate<JavaClass> threads() {
    DescribedPredicate<JavaClass> harmless = belongToAnyOf(TimeUnit.class);
    return belongToAnyOf(
            Thread.class, ThreadLocal.class, Timer.class, Process.class, ProcessBuilder.class)
        .or(resideInAnyPackage("java.util.concurrent..").and(DescribedPredicate.not(harmless)));
  }

  private static DescribedPredicate<JavaClass> files() {
    return belongToAnyOf(File.class, FileDescriptor.class, RandomAccessFile.class, Console.class)
        .or(streams().and(DescribedPredicate.not(inMemory())))
        .or(resideInAnyPackage("java.nio.file.."));
  }

  private static DescribedPredicate<JavaClass> streams() {
    return assignableTo(InputStream.class)
        .or(assignableTo(OutputStream.class))
        .or(assignableTo(Reader.class))
        .or(assignableTo(Writer.class));
  }

  private static DescribedPredicate<JavaClass> inMemory() {
    return belongToAnyOf(
        ByteArrayInputStream.class,
        ByteArrayOutputStream.class,
        DataInputStream.class,
        DataOutputStream.class,
        StringReader.class,
        StringWriter.class);
  }

  private static DescribedPredicate<JavaClass> sockets() {
    return resideInAnyPackage(
        "java.net..", "java.nio.channels..", "javax.net..", "io.netty.channel..");
  }

  private static DescribedPredicate<JavaClass> logs() {
    return resideInAnyPackage("java.util.logging..", "org.slf4j..", "ch.qos.logback..")
        .or(belongToAnyOf(System.Logger.class));
  }

  private static DescribedPredicate<JavaClass> clocks() {
    return belongToAnyOf(Clock.class, Date.class, Calendar.class);
  }

  private static DescribedPredicate<JavaClass> randomness() {
    return belongToAnyOf(SecureRandom.class, RandomGeneratorFactory.class);
  }

  private static boolean isUnseededConstruction(JavaCall<?> call) {
    return isOwnedByAny(call, SEEDABLE)
        && call.getName().equals("<init>")
        && call.getTarget().getRawParameterTypes().isEmpty();
  }

  private static boolean isShuffleWithoutSource(JavaCall<?> call) {
    return isOwnedBy(call, Collections.class)
        && call.getName().equals("shuffle")
        && call.getTarget().getRawParameterTypes().size() == 1;
  }

  private static boolean isOwnedByAny(JavaAccess<?> access, List<Class<?>> types) {
    return types.stream().anyMatch(type -> isOwnedBy(access, type));
  }

  private static boolean isOwnedBy(JavaAccess<?> access, Class<?> type) {
    return access.getTargetOwner().isEquivalentTo(type);
  }
}
