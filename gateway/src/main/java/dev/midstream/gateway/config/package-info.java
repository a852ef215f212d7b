/**
 * The configuration file: from text to immutable records, or to a list of all its problems with
 * file and line.
 *
 * <p>Place on the path: before it; read once at the start. The steps are text to nodes ({@code
 * SettingsParser}), nodes to values ({@link dev.midstream.agent.settings.SettingsReader} and the
 * readers), and values to {@link dev.midstream.gateway.config.Configuration}. Nothing here opens
 * interfaces, sockets or other files. A problem never ends the search for the next one.
 */
@NullMarked
package dev.midstream.gateway.config;

import org.jspecify.annotations.NullMarked;
