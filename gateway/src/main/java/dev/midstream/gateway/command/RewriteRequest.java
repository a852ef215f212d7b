package dev.midstream.gateway.command;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.reassembly.rule.Vantage;
import java.nio.file.Path;

/**
 * A capture to rewrite.
 *
 * @param configuration what is to be done
 * @param vantage whose acknowledgements the capture carries
 * @param in the capture; exists and can be read
 * @param out where to write; exists, and nothing else reads it until the work is done
 * @param json whether the summary is for machines
 */
public record RewriteRequest(
    Configuration configuration, Vantage vantage, Path in, Path out, boolean json) {}
