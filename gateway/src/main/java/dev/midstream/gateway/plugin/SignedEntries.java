package dev.midstream.gateway.plugin;

import java.security.CodeSigner;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/** Checks that one trusted signer has signed a jar as a whole. */
final class SignedEntries {
  /*
   * The JDK compares each entry that is read with the signed digests. It does not notice that an
   * entry was added without a signature, or removed: that is done here.
   */

  private SignedEntries() {}

  /**
   * Refuses a jar unless every entry is there and has the signature of the same trusted signer.
   *
   * @param entries those of the jar, each read to its end
   * @param manifest of the jar; null if it has none
   * @param names of the entries
   */
  static void check(
      List<JarEntry> entries,
      @Nullable Manifest manifest,
      Set<String> names,
      TrustedSigners trusted)
      throws PluginException {
    Set<CodeSigner> signers = signersOfAll(entries);
    if (manifest != null) {
      refuseMissing(manifest, names);
    }
    PluginException refusal = new PluginException("no signer has signed all of its entries");
    for (CodeSigner signer : signers) {
      try {
        trusted.check(signer);
        return;
      } catch (PluginException e) {
        refusal = e;
      }
    }
    throw refusal;
  }

  private static Set<CodeSigner> signersOfAll(List<JarEntry> entries) throws PluginException {
    Set<CodeSigner> signers = new LinkedHashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      CodeSigner[] found = entries.get(i).getCodeSigners();
      if (found == null) {
        throw new PluginException("an entry is not signed, entry=" + entries.get(i).getName());
      }
      if (i == 0) {
        signers.addAll(List.of(found));
      } else {
        signers.retainAll(Set.of(found));
      }
    }
    return signers;
  }

  private static void refuseMissing(Manifest manifest, Set<String> names) throws PluginException {
    for (Map.Entry<String, Attributes> section : manifest.getEntries().entrySet()) {
      boolean isSigned =
          section.getValue().keySet().stream().anyMatch(key -> key.toString().endsWith("-Digest"));
      if (isSigned && !names.contains(section.getKey())) {
        throw new PluginException("a signed entry is missing, entry=" + section.getKey());
      }
    }
  }
}
