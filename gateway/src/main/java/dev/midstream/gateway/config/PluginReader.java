package dev.midstream.gateway.config;

import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.gateway.output.FileErrors;
import dev.midstream.gateway.plugin.AgentCatalog;
import dev.midstream.gateway.plugin.PluginSettings;
import dev.midstream.gateway.plugin.TrustedSigners;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the settings of plug-ins and loads the plug-ins. */
final class PluginReader {
  private static final String FOLDER = "folder";
  private static final String TRUSTED = "trusted";

  private final SettingsReader section;

  PluginReader(SettingsReader section) {
    this.section = section;
  }

  /**
   * The agents of the program and of the plug-ins. Settings that cannot be used are reported, and
   * then there are no plug-ins.
   *
   * @param program the agents of the program
   * @param loads whether plug-ins are loaded; if not, all of them count as not usable
   */
  AgentCatalog read(AgentCatalog program, boolean loads) {
    SettingsNode.Scalar named = section.scalar(FOLDER);
    Path folder = named == null ? null : path(named, FOLDER);
    boolean requireSignature = section.flag("require-signature", false);
    List<SettingsNode> trusted = section.list(TRUSTED);
    section.refuseUnknownKeys();
    if (requireSignature && trusted.isEmpty()) {
      section.refuse("require-signature", "needs the certificates of signers in plugins.trusted");
      return program;
    }
    if (named == null || folder == null) {
      warnOfIdleKeys(requireSignature, trusted);
      return program;
    }
    if (!loads) {
      return program.withUnread(folder);
    }
    TrustedSigners signers = signers(trusted);
    if (signers == null) {
      return program;
    }
    try {
      return program.with(new PluginSettings(folder, requireSignature ? signers : null));
    } catch (IOException e) {
      section.refuse(named, FOLDER, "cannot be read, error=" + FileErrors.reason(e));
      return program;
    }
  }

  private void warnOfIdleKeys(boolean requireSignature, List<SettingsNode> trusted) {
    if (section.node(FOLDER) == null && (requireSignature || !trusted.isEmpty())) {
      section.warn("has no effect without a folder");
    }
  }

  /** The certificates in the named files; null if a file cannot be used. */
  private @Nullable TrustedSigners signers(List<SettingsNode> trusted) {
    List<X509Certificate> certificates = new ArrayList<>();
    boolean isUsable = true;
    for (SettingsNode node : trusted) {
      SettingsNode.Scalar scalar = section.scalar(TRUSTED, node);
      Path file = scalar == null ? null : path(scalar, TRUSTED);
      isUsable &= scalar != null && file != null && addCertificates(certificates, scalar, file);
    }
    return isUsable ? new TrustedSigners(certificates) : null;
  }

  private boolean addCertificates(
      List<X509Certificate> certificates, SettingsNode.Scalar scalar, Path file) {
    try {
      certificates.addAll(TrustedSigners.certificatesIn(file));
      return true;
    } catch (IOException e) {
      section.refuse(scalar, TRUSTED, "cannot be read, error=" + FileErrors.reason(e));
    } catch (CertificateException e) {
      section.refuse(scalar, TRUSTED, "must be a file of X.509 certificates, in PEM or DER");
    }
    return false;
  }

  private @Nullable Path path(SettingsNode.Scalar scalar, String key) {
    try {
      return Path.of(scalar.text());
    } catch (InvalidPathException _) {
      section.refuse(scalar, key, "must be the name of a file");
      return null;
    }
  }
}
