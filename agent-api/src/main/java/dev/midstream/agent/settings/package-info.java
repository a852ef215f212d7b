/**
 * The settings of a configuration file: a tree of nodes with their places, and a list of problems
 * that name these places. Agents read their own settings from it; the program reads the rest.
 *
 * <p>One thread reads the settings at the start.
 */
@NullMarked
package dev.midstream.agent.settings;

import org.jspecify.annotations.NullMarked;
