/** Tests of what is written when. */
@NullMarked
package dev.midstream.tables.service;

import org.jspecify.annotations.NullMarked;
