package dev.midstream.gateway.plugin;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The plug-ins that the operator allows.
 *
 * @param folder the directory with the plug-ins; null for none
 * @param signers one of these must have signed each jar; null if signatures do not matter
 */
public record PluginSettings(@Nullable Path folder, @Nullable TrustedSigners signers) {

  /** No plug-ins. */
  public static final PluginSettings NONE = new PluginSettings(null, null);
}
