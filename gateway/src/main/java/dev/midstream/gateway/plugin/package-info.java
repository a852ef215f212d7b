/**
 * Agents that are no part of the program: plug-ins, each a jar or a folder of jars. They are read
 * once at the start, and checked before any of their code runs. This package knows no rule and no
 * connection.
 */
@NullMarked
package dev.midstream.gateway.plugin;

import org.jspecify.annotations.NullMarked;
