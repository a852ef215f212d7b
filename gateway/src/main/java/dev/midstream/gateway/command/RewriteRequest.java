package dev.midstream.gateway.command;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.reassembly.rule.Vantage;
import java.nio.file.Path;

/**
 * A capture to rewrite.
 *
 * @param configuration the rules and limits
 * @param vantage which stream the capture's acknowledgements refer to
 * @param in the capture; exists and can be read
 * @param out the file to write; exists, and is read by no other until the work is done
 * @param outName its name in messages, which it may only get at the end
 * @param json whether the summary is JSON
 */
public record RewriteRequest(
    Configuration configuration,
    Vantage vantage,
    Path in,
    Path out,
    String outName,
    boolean json) {}
