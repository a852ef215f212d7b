package dev.midstream.gateway.plugin;

import dev.midstream.agent.AgentProvider;
import dev.midstream.gateway.output.FileErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a jar, read once and checked. A jar that changes later has no effect. Immutable.
 */
final class PluginArchive {
  /*
   * Classes are defined from the octets whose signature was checked. If the class loader opened the
   * file again, another file could lie there by then.
   */

  /** The entry that names the providers of a jar. */
  static final String SERVICE = "META-INF/services/" + AgentProvider.class.getName();

  /** Maximum length of all entries of a jar, uncompressed. */
  static final int MAX_BYTES = 64 << 20;

  private static final Attributes.Name API = new Attributes.Name("Midstream-Agent-Api");

  /** The manifest, and the files that hold signatures; jarsigner never signs them. */
  private static final Pattern SIGNING =
      Pattern.compile("META-INF/([^/]*[.](SF|RSA|DSA|EC)|SIG-[^/]*|MANIFEST[.]MF)");

  private final Path file;
  private final Attributes manifest;
  private final Map<String, byte[]> entries;

  private PluginArchive(Path file, Attributes manifest, Map<String, byte[]> entries) {
    this.file = file;
    this.manifest = manifest;
    this.entries = Collections.unmodifiableMap(entries);
  }

  /**
   * Reads a jar.
   *
   * @param signers one of them must have signed the whole jar; null if signatures do not matter
   */
  static PluginArchive read(Path file, @Nullable TrustedSigners signers) throws PluginException {
    try (JarFile jar =
        new JarFile(file.toFile(), signers != null, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
      List<JarEntry> signed = new ArrayList<>();
      Map<String, byte[]> octets = octets(jar, signed);
      Manifest manifest = jar.getManifest();
      if (signers != null) {
        SignedEntries.check(signed, manifest, octets.keySet(), signers);
      }
      Map<String, byte[]> entries = new HashMap<>();
      jar.versionedStream()
          .filter(entry -> octets.containsKey(entry.getRealName()))
          .forEach(entry -> entries.put(entry.getName(), octets.get(entry.getRealName())));
      return new PluginArchive(
          file, manifest == null ? new Attributes() : manifest.getMainAttributes(), entries);
    } catch (SecurityException e) {
      throw new PluginException("its signature is not valid, error=" + e.getMessage(), e);
    } catch (IOException | IllegalArgumentException e) {
      throw new PluginException("cannot be read as a jar, error=" + FileErrors.reason(e), e);
    }
  }

  /** Reads all entries but directories and what belongs to signatures. */
  private static Map<String, byte[]> octets(JarFile jar, List<JarEntry> read)
      throws IOException, PluginException {
    Map<String, byte[]> octets = new HashMap<>();
    int rest = MAX_BYTES;
    for (JarEntry entry : Collections.list(jar.entries())) {
      if (entry.isDirectory() || isSigning(entry.getName())) {
        continue;
      }
      try (InputStream input = jar.getInputStream(entry)) {
        byte[] content = input.readNBytes(rest + 1);
        rest -= content.length;
        if (rest < 0) {
          throw new PluginException("is too large, limit-bytes=" + MAX_BYTES);
        }
        if (octets.put(entry.getName(), content) != null) {
          throw new PluginException("has an entry twice, entry=" + entry.getName());
        }
      }
      read.add(entry);
    }
    return octets;
  }

  private static boolean isSigning(String name) {
    return SIGNING.matcher(name.toUpperCase(Locale.ROOT)).matches();
  }

  /** The jar. */
  Path file() {
    return file;
  }

  /** The content of an entry, which must not be changed; null if there is none of this name. */
  byte @Nullable [] entry(String name) {
    return entries.get(name);
  }

  /** Whether the jar names providers of agents. */
  boolean hasProviders() {
    return entries.containsKey(SERVICE);
  }

  /** The version of the interface that the jar was built with; null if it names none. */
  @Nullable String apiVersion() {
    return manifest.getValue(API);
  }

  /** The version of the jar; null if it names none. */
  @Nullable String version() {
    return manifest.getValue(Attributes.Name.IMPLEMENTATION_VERSION);
  }
}
