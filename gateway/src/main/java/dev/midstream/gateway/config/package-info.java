/**
 * The configuration file: from text to immutable records, or to the list of everything that is
 * wrong with it, each mistake with its file and line.
 *
 * <p>Place on the path: before it; read once at the start. The steps are text to nodes ({@code
 * SettingsParser}), nodes to values ({@code Section} and the readers), values to {@link
 * dev.midstream.gateway.config.Configuration}. Nothing here opens interfaces, sockets or files
 * other than the configuration, and a mistake never stops the search for the next one.
 */
@NullMarked
package dev.midstream.gateway.config;

import org.jspecify.annotations.NullMarked;
